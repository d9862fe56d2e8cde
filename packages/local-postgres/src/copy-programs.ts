/**
 * Copies PostgreSQL's programs to a folder that the server's user can enter.
 *
 * 1. The name of a copy holds its version. A copy that exists is complete. It is never changed,
 *    because another server may run from it.
 * 2. Without a copy, each start copies the programs into a folder of its own and tries them there.
 *    Then it renames the folder. The first start wins; the others use the first start's copy.
 * 3. A start that is killed leaves only its own folder. A later start removes a folder that is more
 *    than an hour old: a copy takes only seconds.
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
  await mkdir(dirname(place), { recursive: true });
  await removeAbandonedCopies(place);
  const copy = await mkdtemp(`${place}${UNFINISHED}`);
  try {
    await copyAll(installed, copy);
    if (!(await isUsable(copy))) return false;
    await rename(copy, place).catch(async (error: unknown) => {
      // When another start was first, `place` exists, and `rename` does not replace it.
      if (!(await exists(place))) throw error;
    });
    return true;
  } finally {
    await rm(copy, { recursive: true, force: true });
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

async function exists(path: string): Promise<boolean> {
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
