/**
 * Tools for all tests: a database for each test file, waiting for a result, races, a temporary
 * folder, a browser. This package imports local-postgres and no other package of the workspace.
 *
 * Two modules set up a test run: `leak-check.ts` (no process and no folder is left) and
 * `test-postgres.ts` (one PostgreSQL for each run). Read the head of `test-postgres.ts` first.
 */
export { databaseOfFile, type TestDatabase, testDatabase } from './database.ts';
export { CHROMIUM_FLAGS, findChromium } from './find-chromium.ts';
export { folderOfFile } from './folder-of-file.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { waitFor } from './wait-for.ts';
