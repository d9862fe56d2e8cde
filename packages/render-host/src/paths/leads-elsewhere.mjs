// @ts-check
import { lstat, realpath, stat } from 'node:fs/promises';
import { isSamePath } from './same-path.mjs';

/** Windows does not give the real path of every longer path. */
const LONGEST_RESOLVED = 240;

/**
 * Whether a folder of Windows leads to another folder although it is no link: a mounted volume, or
 * another reparse point. On other systems, the device and the mount points show that.
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
