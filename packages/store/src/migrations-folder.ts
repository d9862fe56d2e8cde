import { fileURLToPath } from 'node:url';

/** The folder of the migrations, which is part of the package. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));
