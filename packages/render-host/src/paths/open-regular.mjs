// @ts-check
/**
 * Opens a regular file and nothing else: opening a FIFO waits for the other end for ever, and
 * opening a device may do anything. Opening a file on a share may still hang. Such a look must run
 * in a program with a time limit (process/looks.ts).
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';

/** Windows has neither of these flags. */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
const MOST_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Thrown when the path is no regular file. The message is a sentence without its final dot. */
export class NotRegular extends Error {
  code = 'NOTREGULAR';

  /** @param {string} path @param {string} kind */
  constructor(path, kind) {
    super(`${path} is ${kind}, not a regular file`);
    /** The kind, for a sentence that already names the path. */
    this.kind = kind;
  }
}

/**
 * @typedef {object} HowToOpen
 * @property {number} [flags] the flags of fs.open; default: open for reading
 * @property {number} [mode] the mode of a file that the open creates
 * @property {boolean} [follow] follow a link in the last part of the path
 */

/**
 * The kind of an entry, in words for people; null for a regular file.
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
  // Checked before the open too, because opening a device may already have an effect.
  refuse(path, await (follow ? stat : lstat)(path).catch((cause) => nullIfCreated(cause, flags)));
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
 * Does the same as `openRegular` without await. Returns the descriptor.
 *
 * @param {string} path
 * @param {HowToOpen} [how]
 */
export function openRegularSync(path, { flags = constants.O_RDONLY, mode, follow = false } = {}) {
  try {
    refuse(path, (follow ? statSync : lstatSync)(path));
  } catch (cause) {
    nullIfCreated(cause, flags);
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
 * Reads a regular file. Throws when it has more than `mostBytes`; with `head`, it returns only the
 * first bytes instead.
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
 * Null when the file does not exist and the open creates it.
 *
 * @param {unknown} cause
 * @param {number} flags
 */
function nullIfCreated(cause, flags) {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  if (isMissing && (flags & constants.O_CREAT) !== 0) return null;
  throw cause;
}

/** @param {number} flags @param {boolean} follow */
function addFlags(flags, follow) {
  return flags | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW);
}
