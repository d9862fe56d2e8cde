// @ts-check
/**
 * How a host tells later whether a part got its final name. Before the rename the daemon keeps the
 * part's identity in its journal. After the end of the attempt, the identity shows on the disk:
 * under the name of the part, or under the final name.
 */
import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { openRegular } from '../paths/open-regular.mjs';

/**
 * A file that keeps its identity when it, or its folder, gets another name. A number of an inode
 * alone is no identity, because the next new file may get it. `inode`, `modifiedNs` (time of the
 * last change, in ns): decimal numbers. `size`: bytes.
 *
 * @typedef {{ inode: string, size: number, modifiedNs: string }} FileIdentity
 *
 * One move to a final name.
 *
 * - `file`: a file. If a share gives it another inode, its checksum decides (SHA-256 in hex).
 * - `folder`: a new folder with all its files, known by the one that is named `file`.
 * - `files`: `count` files of the part, one after the other, into a folder that exists.
 *
 * @typedef {{ kind: 'file', part: string, path: string, identity: FileIdentity, sha256: string }
 *   | { kind: 'folder', part: string, path: string, identity: FileIdentity, file: string }
 *   | { kind: 'files', part: string, path: string, count: number }} Move
 *
 * `unknown`: the part is gone, and something else has the final name. `away`: the folder of the
 * output is not there, perhaps because its share is not mounted.
 * @typedef {'published' | 'none' | 'unknown' | 'away'} Found
 */

/** @param {string} part @param {string} path @param {string} sha256 @returns {Promise<Move>} */
export async function describeFile(part, path, sha256) {
  return { kind: 'file', part, path, identity: identify(await look(part)), sha256 };
}

/** @param {string} part @param {string} path @param {string} file @returns {Promise<Move>} */
export async function describeFolder(part, path, file) {
  return { kind: 'folder', part, path, identity: identify(await look(join(part, file))), file };
}

/** @param {string} path */
function look(path) {
  return lstat(path, { bigint: true });
}

/** @param {import('node:fs').BigIntStats} found @returns {FileIdentity} */
function identify({ ino, size, mtimeNs }) {
  return { inode: String(ino), size: Number(size), modifiedNs: String(mtimeNs) };
}

/**
 * @param {string} path
 * @returns {Promise<FileIdentity | null>} null when there is no such file
 */
async function findFile(path) {
  const found = await look(path).catch(missingIsNull);
  return found?.isFile() ? identify(found) : null;
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
  if ((await look(dirname(move.part)).catch(missingIsNull)) === null) return 'away';
  if (move.kind === 'files') return await countLeft(move.part, move.count);
  const nameIn = (/** @type {string} */ place) =>
    move.kind === 'folder' ? join(place, move.file) : place;
  if ((await look(move.part).catch(missingIsNull)) !== null)
    return isSame(await findFile(nameIn(move.part)), move.identity) ? 'none' : 'unknown';
  at(move.path);
  const output = await findFile(nameIn(move.path));
  if (isSame(output, move.identity)) return 'published';
  if (move.kind === 'folder' || output?.size !== move.identity.size) return 'unknown';
  return (await hash(move.path)) === move.sha256 ? 'published' : 'unknown';
}

/** @param {FileIdentity | null} found @param {FileIdentity} known */
function isSame(found, { inode, size, modifiedNs }) {
  return found?.inode === inode && found.size === size && found.modifiedNs === modifiedNs;
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
