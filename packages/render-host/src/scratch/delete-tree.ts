import { chmod, lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover } from '@renderdeck/domain';
import { codeOf, missingIsNull } from './error-code.ts';

/** What is counted over all rounds, and what this round could not delete. */
export type Deletion = { files: number; bytes: number; leftovers: Leftover[]; moved: number };

/** What must not be entered: anything on another device, and every mount point. */
export type Fence = { device: bigint; mountPoints: Set<string> };

const LONGEST_PATH = 1000; // far below what any system takes
const AT_ONCE = 32;
/** Stands where bytes of a name are no text. */
const UNREADABLE = '\uFFFD';

/**
 * Deletes `path` and all below it, as far as it goes, in one round. A link is unlinked, never followed; another disk is never entered;
 * of a file with other names only this name goes. A folder too deep to be named in one path is first moved up into `top`.
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
    if (path.length > LONGEST_PATH) {
      const shallow = join(top, nameMoved(deletion));
      await rename(path, shallow);
      await deleteTree(shallow, top, fence, deletion);
      return;
    }
    const names = await readNames(path, deletion);
    for (let index = 0; index < names.length; index += AT_ONCE) {
      await Promise.all(
        names
          .slice(index, index + AT_ONCE)
          .map((name) => deleteTree(join(path, name), top, fence, deletion)),
      );
    }
    await rmdir(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    deletion.leftovers.push({ path, error: codeOf(cause) });
  }
}

/** True when nothing has this name, not even a broken link. */
export async function isGone(path: string): Promise<boolean> {
  return (await lstat(path).catch(missingIsNull)) === null;
}

/**
 * The names in a folder; a folder that its program had closed to writing or reading is opened to us first, since it is ours to empty. What has a name
 * that is no text, by which it could not be asked for, gets one that is.
 */
async function readNames(path: string, deletion: Deletion): Promise<string[]> {
  const { mode } = await lstat(path);
  if ((mode & 0o700) !== 0o700) await chmod(path, 0o700);
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
