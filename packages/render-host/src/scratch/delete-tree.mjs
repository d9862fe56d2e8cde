// @ts-check
import { constants } from 'node:fs';
import { chmod, lstat, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, missingIsNull } from '../paths/error-code.mjs';
import { leadsElsewhere } from '../paths/leads-elsewhere.mjs';

/**
 * @typedef {import('@renderdeck/domain').Leftover} Leftover
 *
 * The counts of all rounds, and the entries that the current round could not delete.
 * @typedef {{ files: number, bytes: number, leftovers: Leftover[], moved: number }} Deletion
 *
 * A folder, as a look has found it.
 * @typedef {{ dev: bigint, ino: bigint, uid: bigint }} Found
 *
 * The limits of a deletion. It enters no other device and no mount point.
 * @typedef {object} Fence
 * @property {bigint} device
 * @property {Set<string>} mountPoints
 * @property {string} [last] an entry that is deleted only after all others
 * @property {number} [until] a time of `performance.now()`: no deletion begins after it
 * @property {EmptyAsOwner | null} [emptyAsOwner] for root: empties a folder of another user
 *
 * @typedef {(path: string, found: Found, deletion: Deletion) => Promise<void>} EmptyAsOwner
 */

const LONGEST_PATH = 1000; // far below the limit of every system
const AT_ONCE = 32;
/** Windows has no separate right to enter a folder. */
const OWN_RIGHTS = process.platform === 'win32' ? 0o600 : 0o700;
const OTHERS_WRITE = 0o022;
/** Replaces those bytes of a name that are no valid text. */
const UNREADABLE = '\uFFFD';

/** @returns {Deletion} */
export function beginDeletion() {
  return { files: 0, bytes: 0, leftovers: [], moved: 0 };
}

/**
 * Deletes `path` and everything below it as far as possible, in one round.
 *
 * 1. It deletes a link or a junction and does not follow it. It enters no other disk.
 * 2. When a file has several names, it deletes only this name.
 * 3. It first moves a folder whose path is too long up into `top`.
 * 4. With `emptyAsOwner` (for root) it enters only folders of root. It first takes the right to
 *    write from other users, so that nobody exchanges a name between a look and a deletion.
 *
 * @param {string} path
 * @param {string} top
 * @param {Fence} fence
 * @param {Deletion} deletion
 * @returns {Promise<void>}
 */
export async function deleteTree(path, top, fence, deletion) {
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
    const { emptyAsOwner = null } = fence;
    if (emptyAsOwner === null) await emptyFolder(path, top, fence, deletion);
    else if (found.uid !== 0n) {
      if (await removeEmpty(path)) return;
      await emptyAsOwner(path, found, deletion);
    } else {
      await closeToOthers(path);
      await emptyFolder(path, top, fence, deletion);
    }
    await rmdir(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    deletion.leftovers.push({ path, error: codeOf(cause) });
  }
}

/**
 * Deletes everything in the folder as far as possible, in one round.
 *
 * @param {string} path
 * @param {string} top
 * @param {Fence} fence
 * @param {Deletion} deletion
 * @returns {Promise<void>}
 */
export async function emptyFolder(path, top, fence, deletion) {
  const entries = (await readNames(path, deletion)).map((name) => join(path, name));
  /** @param {readonly string[]} some */
  const all = (some) => deleteAll(some, top, fence, deletion);
  await all(entries.filter((entry) => entry !== fence.last));
  if (deletion.leftovers.length === 0) await all(entries.filter((entry) => entry === fence.last));
}

/**
 * @param {readonly string[]} paths
 * @param {string} top
 * @param {Fence} fence
 * @param {Deletion} deletion
 */
async function deleteAll(paths, top, fence, deletion) {
  for (let index = 0; index < paths.length; index += AT_ONCE) {
    const some = paths.slice(index, index + AT_ONCE);
    if (performance.now() > (fence.until ?? Number.POSITIVE_INFINITY)) {
      deletion.leftovers.push({ path: some[0] ?? '', error: 'there was no more time' });
      return;
    }
    await Promise.all(some.map((path) => deleteTree(path, top, fence, deletion)));
  }
}

/**
 * Whether no entry has this path, not even a broken link.
 *
 * @param {string} path
 * @returns {Promise<boolean>}
 */
export async function isGone(path) {
  return (await lstat(path).catch(missingIsNull)) === null;
}

/** @param {string} path */
function removeEmpty(path) {
  return rmdir(path).then(
    () => true,
    () => false,
  );
}

/**
 * Takes the right to write into a folder of root from other users. Throws when the folder does not
 * belong to root any more.
 *
 * @param {string} path
 */
async function closeToOthers(path) {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const { uid, mode } = await folder.stat();
    if (uid !== 0) throw new Error('it was exchanged');
    // Only when needed: a disk without such rights refuses the change.
    if ((mode & OTHERS_WRITE) !== 0) await folder.chmod(0o700);
  } finally {
    await folder.close();
  }
}

/**
 * Lists the names in a folder. First takes the right to read and write the folder, because a
 * program may have removed that right. Renames an entry whose name is no valid text, so that a path
 * can name it.
 *
 * @param {string} path
 * @param {Deletion} deletion
 * @returns {Promise<string[]>}
 */
async function readNames(path, deletion) {
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

/** @param {Deletion} deletion */
function nameMoved(deletion) {
  deletion.moved += 1;
  return `~${deletion.moved}-${process.pid}`;
}
