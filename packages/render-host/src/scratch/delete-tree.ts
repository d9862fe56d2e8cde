import { chmod, lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover } from '@renderdeck/domain';
import { codeOf, missingIsNull } from './error-code.ts';
import { leadsElsewhere } from './leads-elsewhere.ts';

/** Counts of all rounds, and what the current round could not delete. */
export type Deletion = { files: number; bytes: number; leftovers: Leftover[]; moved: number };

/** The limits of a deletion: it enters no other device and no mount point. */
export type Fence = {
  device: bigint;
  mountPoints: Set<string>;
  /** This entry is deleted only when everything else is, if there is one. */
  last?: string;
};

const LONGEST_PATH = 1000; // far below what any system takes
const AT_ONCE = 32;
/** Windows has no right to enter a folder. */
const OWN_RIGHTS = process.platform === 'win32' ? 0o600 : 0o700;
/** Replaces the bytes of a name that are not valid text. */
const UNREADABLE = '\uFFFD';

/**
 * Deletes `path` and everything below it in one round, as far as possible.
 *
 * 1. It deletes a link or a junction and never follows it. It never enters another disk.
 * 2. It deletes only this name of a file that has other names too.
 * 3. It first moves a folder with a too long path up into `top`.
 */
export async function deleteTree(
  path: string,
  top: string,
  fence: Fence,
  deletion: Deletion,
): Promise<void> {
  try {
    const found = await lstat(path, { bigint: true });
    if (!found.isDirectory()) {
      await unlink(path);
      deletion.files += 1;
      if (found.nlink <= 1n) deletion.bytes += Number(found.size);
      return;
    }
    if (found.dev !== fence.device || fence.mountPoints.has(path)) {
      deletion.leftovers.push({ path, error: 'something is mounted here' });
      return;
    }
    if (await leadsElsewhere(path)) {
      deletion.leftovers.push({ path, error: 'it leads to another folder' });
      return;
    }
    if (path.length > LONGEST_PATH) {
      const shallow = join(top, nameMoved(deletion));
      await rename(path, shallow);
      await deleteTree(shallow, top, fence, deletion);
      return;
    }
    const entries = (await readNames(path, deletion)).map((name) => join(path, name));
    const all = (some: readonly string[]) => deleteAll(some, top, fence, deletion);
    await all(entries.filter((entry) => entry !== fence.last));
    if (deletion.leftovers.length === 0) await all(entries.filter((entry) => entry === fence.last));
    await rmdir(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    deletion.leftovers.push({ path, error: codeOf(cause) });
  }
}

async function deleteAll(
  paths: readonly string[],
  top: string,
  fence: Fence,
  deletion: Deletion,
): Promise<void> {
  for (let index = 0; index < paths.length; index += AT_ONCE) {
    const some = paths.slice(index, index + AT_ONCE);
    await Promise.all(some.map((path) => deleteTree(path, top, fence, deletion)));
  }
}

/** True when nothing has this path, not even a broken link. */
export async function isGone(path: string): Promise<boolean> {
  return (await lstat(path).catch(missingIsNull)) === null;
}

/**
 * The names in a folder. First gives us the right to read and write it, since a program may have
 * removed that. Renames an entry that has no valid text as its name, so that a path can name it.
 */
async function readNames(path: string, deletion: Deletion): Promise<string[]> {
  const { mode } = await lstat(path);
  if ((mode & OWN_RIGHTS) !== OWN_RIGHTS) await chmod(path, 0o700);
  const names = await readdir(path);
  if (!names.some((name) => name.includes(UNREADABLE))) return names;
  for (const bytes of await readdir(path, 'buffer')) {
    if (!bytes.toString().includes(UNREADABLE)) continue;
    await rename(Buffer.concat([Buffer.from(`${path}/`), bytes]), join(path, nameMoved(deletion)));
  }
  return readdir(path);
}

function nameMoved(deletion: Deletion): string {
  deletion.moved += 1;
  return `~${deletion.moved}-${process.pid}`;
}
