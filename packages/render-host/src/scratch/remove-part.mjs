// @ts-check
import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { missingIsNull } from '../paths/error-code.mjs';
import { isSamePath } from '../paths/same-path.mjs';
import { deleteTree } from './delete-tree.mjs';
import { readMountPoints } from './mount-points.mjs';

const SCANNED_MS = 100;

/**
 * Removes a part: a file or a folder, and no link. Returns why the part was left; null when it is
 * gone. `until` is a time of `performance.now()`.
 *
 * @param {string} path
 * @param {import('./delete-tree.mjs').Deletion} deletion
 * @param {number} until
 * @returns {Promise<string | null>}
 */
export async function removePart(path, deletion, until) {
  const folder = dirname(path);
  const real = await realpath(folder).catch(missingIsNull);
  if (real === null) return 'its folder is not there'; // perhaps a share that is not mounted now
  if (!isSamePath(real, folder)) return 'its folder is a link or lies below one';
  const found = await lstat(path, { bigint: true }).catch(missingIsNull);
  if (found === null) return null;
  if (!found.isFile() && !found.isDirectory()) return 'it is neither a file nor a folder';
  const fence = { device: found.dev, mountPoints: await readMountPoints() };
  await deleteTree(path, path, fence, deletion);
  // A virus scanner may have a new part open for a moment.
  while (process.platform === 'win32' && deletion.leftovers.length > 0) {
    if (performance.now() + SCANNED_MS > until) break;
    await delay(SCANNED_MS);
    deletion.leftovers = [];
    await deleteTree(path, path, fence, deletion);
  }
  const [first] = deletion.leftovers;
  if (first === undefined) return null;
  return first.path === path ? first.error : `${first.path}: ${first.error}`;
}
