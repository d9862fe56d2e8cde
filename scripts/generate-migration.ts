/**
 * `pnpm db:generate` runs drizzle-kit, which writes the next migration, and keeps only the newest
 * snapshot: drizzle-kit compares the schema with that one alone.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { TOP } from './tracked-files.ts';

const META = join(TOP, 'packages/store/migrations/meta');

const { exitCode } = await execa('drizzle-kit', ['generate', ...process.argv.slice(2)], {
  ...{ cwd: TOP, preferLocal: true, localDir: TOP, stdio: 'inherit', reject: false },
});
process.exitCode = exitCode ?? 1;
const snapshots = (await readdir(META)).filter((name) => name.endsWith('_snapshot.json')).sort();
for (const name of snapshots.slice(0, -1)) await rm(join(META, name));
