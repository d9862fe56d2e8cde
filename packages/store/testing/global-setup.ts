import { startTestPostgres } from '@renderdeck/testing/test-postgres';
import { migrate } from '../src/migrate.ts';

/**
 * Called by Vitest: starts one PostgreSQL with a migrated template database for all database
 * projects.
 */
export const setup = () => startTestPostgres(migrate);
