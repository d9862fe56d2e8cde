// @ts-check
import { lstat, realpath, stat } from 'node:fs/promises';
import { isSamePath } from './same-path.mjs';

/** Windows does not tell the real path of all longer ones. */
const LONGEST_RESOLVED = 240;

/**
 * True for a folder of Windows that is no link and is another one all the same: a mounted volume,
 * or another reparse point. On other systems the device and the mount points show that.
 *
 * @param {string} path
 * @returns {Promise<boolean>}
 */
export async function leadsElsewhere(path) {
  if (process.platform !== 'win32') return false;
  const own = await lstat(path, { bigint: true });
  const followed = await stat(path, { bigint: true });
  if (own.dev !== followed.dev || own.ino !== followed.ino) return true;
  return path.length <= LONGEST_RESOLVED && !isSamePath(await realpath(path), path);
}
