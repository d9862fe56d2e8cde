/**
 * What tests share: a database per test file, waiting for a condition, a folder, a browser. Tests only; nothing in production may
 * import it.
 *
 * This entry stays light. The fakes are entries of their own (`@renderdeck/testing/fake-admin-port`), and so are the setups that
 * vitest.workspace.ts names: `leak-check.ts` (no process, no folder left) and `global-setup.ts` (one PostgreSQL per run; read its
 * head first).
 */
export { type TestDatabase, testDatabase } from './database.ts';
export { findChromium } from './find-chromium.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { waitFor } from './wait-for.ts';
