// @ts-check
/**
 * Opens a regular file and nothing else: an open of a FIFO waits for its other end for ever, and an
 * open of a device may do anything. A look that may hang all the same, because the file lies on a
 * share, belongs into a program with a time limit (process/looks.ts).
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';

/** Windows has neither. */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
const MOST_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** What lies there is no regular file. Its message is a sentence without its end. */
export class NotRegular extends Error {
  code = 'NOTREGULAR';

  /** @param {string} path @param {string} kind */
  constructor(path, kind) {
    super(`${path} is ${kind}, not a regular file`);
    /** For a sentence that names the path itself. */
    this.kind = kind;
  }
}

/**
 * @typedef {object} HowToOpen
 * @property {number} [flags] of fs.open; without them it is opened for reading
 * @property {number} [mode] of a file that is made
 * @property {boolean} [follow] follows a link in the last part of the path
 */

/**
 * What an entry is, for people; null for a regular file.
 *
 * @param {import('node:fs').Stats} found
 */
export function nameKind(found) {
  if (found.isFile()) return null;
  if (found.isFIFO()) return 'a FIFO';
  if (found.isSocket()) return 'a socket';
  if (found.isDirectory()) return 'a folder';
  return found.isSymbolicLink() ? 'a link' : 'a device';
}

/**
 * Opens a regular file. Throws `NotRegular` for anything else and never waits for another process.
 *
 * @param {string} path
 * @param {HowToOpen} [how]
 * @returns {Promise<import('node:fs/promises').FileHandle>}
 */
export async function openRegular(path, { flags = constants.O_RDONLY, mode, follow = false } = {}) {
  // Asked before the open too, which of a device may have an effect.
  refuse(path, await (follow ? stat : lstat)(path).catch((cause) => orNew(cause, flags)));
  const file = await open(path, addFlags(flags, follow), mode);
  try {
    refuse(path, await file.stat());
    return file;
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

/**
 * Like `openRegular`; gives the descriptor.
 *
 * @param {string} path
 * @param {HowToOpen} [how]
 */
export function openRegularSync(path, { flags = constants.O_RDONLY, mode, follow = false } = {}) {
  try {
    refuse(path, (follow ? statSync : lstatSync)(path));
  } catch (cause) {
    orNew(cause, flags);
  }
  const fd = openSync(path, addFlags(flags, follow), mode);
  try {
    refuse(path, fstatSync(fd));
    return fd;
  } catch (cause) {
    closeSync(fd);
    throw cause;
  }
}

/**
 * The bytes of a regular file. Throws where there are more than `mostBytes`; with `head` it gives
 * the first ones.
 *
 * @param {string} path
 * @param {{ follow?: boolean, mostBytes?: number, head?: boolean }} [options]
 */
export async function readRegular(path, { follow, mostBytes = MOST_BYTES, head = false } = {}) {
  const file = await openRegular(path, follow === undefined ? {} : { follow });
  try {
    /** @type {Buffer[]} */
    const chunks = [];
    let bytes = 0;
    while (bytes < mostBytes || !head) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(CHUNK_BYTES) });
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
      if (bytes > mostBytes && !head)
        throw new Error(`${path} has more than ${mostBytes} bytes, which is no file of its kind`);
    }
    return Buffer.concat(chunks).subarray(0, mostBytes);
  } finally {
    await file.close();
  }
}

/** @param {string} path @param {import('node:fs').Stats | null} found */
function refuse(path, found) {
  const kind = found === null ? null : nameKind(found);
  if (kind !== null) throw new NotRegular(path, kind);
}

/**
 * Null where the file is missing and is made by the open.
 *
 * @param {unknown} cause
 * @param {number} flags
 */
function orNew(cause, flags) {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  if (isMissing && (flags & constants.O_CREAT) !== 0) return null;
  throw cause;
}

/** @param {number} flags @param {boolean} follow */
function addFlags(flags, follow) {
  return flags | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW);
}
