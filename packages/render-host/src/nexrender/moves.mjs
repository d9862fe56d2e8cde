// @ts-check
/**
 * How a host tells later whether a part got its final name. Before the rename the daemon keeps the
 * part's identity in its journal. After the end of the attempt, the identity shows on the disk:
 * under the name of the part, or under the final name.
 */
import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { openRegular } from '../paths/open-regular.mjs';

/**
 * One move to a final name.
 *
 * - `file`: a file. A copy that a share gives another inode is known by its checksum.
 * - `folder`: a new folder with all its files.
 * - `files`: `count` files of the part, one after the other, into a folder that exists.
 *
 * `inode`, `modifiedNs` (time of the last change, in ns): decimal numbers. `size`: bytes.
 * `sha256`: hex.
 *
 * @typedef {{ kind: 'file', part: string, path: string, inode: string, size: number,
 *     modifiedNs: string, sha256: string }
 *   | { kind: 'folder', part: string, path: string, inode: string }
 *   | { kind: 'files', part: string, path: string, count: number }} Move
 *
 * `unknown`: the part is gone, and something else has the final name. `away`: the folder of the
 * output is not there, perhaps because its share is not mounted.
 * @typedef {'published' | 'none' | 'unknown' | 'away'} Found
 */

/** @param {string} part @param {string} path @param {string} sha256 @returns {Promise<Move>} */
export async function describeFile(part, path, sha256) {
  const { ino, size, mtimeNs } = await lstat(part, { bigint: true });
  const identity = { inode: String(ino), size: Number(size), modifiedNs: String(mtimeNs) };
  return { kind: 'file', part, path, ...identity, sha256 };
}

/** @param {string} part @param {string} path @returns {Promise<Move>} */
export async function describeFolder(part, path) {
  return { kind: 'folder', part, path, inode: String((await lstat(part, { bigint: true })).ino) };
}

/**
 * What became of a move, after every process of the attempt has ended.
 *
 * @param {(path: string) => void} at
 * @param {Move} move
 * @returns {Promise<Found>}
 */
export async function findMoved(at, move) {
  at(dirname(move.part));
  if ((await lstat(dirname(move.part)).catch(missingIsNull)) === null) return 'away';
  if (move.kind === 'files') return await countLeft(move.part, move.count);
  const part = await lstat(move.part, { bigint: true }).catch(missingIsNull);
  if (part !== null) return String(part.ino) === move.inode ? 'none' : 'unknown';
  at(move.path);
  const output = await lstat(move.path, { bigint: true }).catch(missingIsNull);
  if (output === null) return 'unknown';
  const hasInode = String(output.ino) === move.inode;
  if (move.kind === 'folder') return hasInode && output.isDirectory() ? 'published' : 'unknown';
  if (!output.isFile() || Number(output.size) !== move.size) return 'unknown';
  const isSame = hasInode && String(output.mtimeNs) === move.modifiedNs;
  return isSame || (await hash(move.path)) === move.sha256 ? 'published' : 'unknown';
}

/** @param {string} part @param {number} count @returns {Promise<Found>} */
async function countLeft(part, count) {
  const left = await readdir(part).catch(missingIsNull);
  if (left === null) return 'unknown';
  if (left.length === 0) return 'published';
  return left.length === count ? 'none' : 'unknown';
}

/** @param {string} path */
async function hash(path) {
  const file = await openRegular(path, { follow: false });
  const sum = createHash('sha256');
  for await (const chunk of file.createReadStream({ highWaterMark: 1024 * 1024 }))
    sum.update(chunk);
  return sum.digest('hex');
}
