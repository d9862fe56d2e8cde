// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { giveToGroup } from './output-group.mjs';

/** Error codes of a system that cannot sync a file or a folder. */
const CANNOT_SYNC = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EPERM', 'EACCES'];

/**
 * Creates the folder and its parents, so that they survive a power failure. @param {string} path
 */
export async function makeSyncedFolder(path) {
  // On Windows, mkdir fails for a network share, even for one that exists.
  if (existsSync(path)) return;
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    await giveToGroup(made);
    await syncFolder(dirname(made));
  }
}

/** Writes the names in a folder to the disk, if the system can do that. @param {string} path */
export async function syncFolder(path) {
  if (process.platform === 'win32') return; // Windows cannot open a folder
  try {
    const folder = await open(path, 'r');
    await syncFile(folder).finally(() => folder.close());
  } catch (cause) {
    if (!cannotSync(cause)) throw cause;
  }
}

/** @param {import('node:fs/promises').FileHandle} file */
export async function syncFile(file) {
  await file.sync().catch((cause) => {
    if (!cannotSync(cause)) throw cause;
  });
}

/** @param {unknown} cause */
function cannotSync(cause) {
  return cause instanceof Error && 'code' in cause && CANNOT_SYNC.includes(String(cause.code));
}
