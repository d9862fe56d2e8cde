/**
 * What tests share, and the lowest of all folders: it imports local-postgres and nothing else of the
 * workspace. A database per test file, waiting for a condition, races, a folder, a browser.
 *
 * Two modules are setups of a run: `leak-check.ts` (no process and no folder is left) and
 * `test-postgres.ts` (one PostgreSQL per run; read its head first).
 */
export { type TestDatabase, testDatabase } from './database.ts';
export { findChromium } from './find-chromium.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { waitFor } from './wait-for.ts';
