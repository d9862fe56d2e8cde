import { fileURLToPath } from 'node:url';

/** Where the migrations lie: they travel with the package. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));
