import { startTestPostgres } from '@renderdeck/testing/test-postgres';
import { migrate } from '../src/migrate.ts';

/** Vitest calls this: starts one PostgreSQL with a migrated template for all database projects. */
export const setup = () => startTestPostgres(migrate);
