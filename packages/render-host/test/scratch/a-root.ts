import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new scratch root, and a folder outside of it. The files in that folder must stay. */
export async function aRoot() {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'scratch-')));
  const root = join(base, 'root');
  const list = async (path: string) => (await readdir(path).catch(() => [])).sort();
  return {
    base,
    list,
    root,
    outside: join(base, 'outside'),
    /** All names in the root and in its trash. */
    rest: async () => [
      ...(await list(root)).filter((name) => name !== '.trash'),
      ...(await list(join(root, '.trash'))),
    ],
    remove: () => rm(base, { recursive: true, force: true }),
  };
}
