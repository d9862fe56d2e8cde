import { startTestPostgres } from '@renderdeck/testing/test-postgres';
import { migrate } from '../src/migrate.ts';

/** Vitest's entry: one PostgreSQL with a migrated template for every database project of the run. */
export const setup = () => startTestPostgres(migrate);
