// @ts-check
/**
 * An upload to a server with folders and files:
 *
 * 1. The bytes go to the temporary file beside the final one. They replace what an earlier try left
 *    there. Missing folders are made.
 * 2. The size that the server tells is compared with the bytes that were sent.
 * 3. `finish` renames the temporary file, so that the final name has the old file or the whole new
 *    one. If the server does not replace a file, the old file is removed first. If the temporary
 *    file is gone and the final one has its size, an earlier `finish` has done it.
 *
 * @typedef {import('./server-session.mjs').Session} Session
 * @typedef {import('./store.ts').Store} Store
 * @typedef {import('./store.ts').Uploaded} Uploaded
 * @typedef {Parameters<Store['upload']>[2] & { onNote(sentence: string): void }} Options
 */
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { TransferFailed } from '../transfer-failed.mjs';
import { NoSuchFile, RenameRefused } from './server-session.mjs';

const CHUNK_BYTES = 32_768;

/**
 * Rejects also with an error of the file here.
 *
 * @param {import('./server-store.mjs').Use} use
 * @param {string} path
 * @param {string} key
 * @param {Options} options
 * @returns {Promise<Uploaded>}
 */
export async function uploadFile(use, path, key, { temporaryName, onBegun, onSent, onNote }) {
  const temporary = key.slice(0, key.lastIndexOf('/') + 1) + temporaryName;
  const file = await open(path);
  /** @type {unknown[]} */
  const ownErrors = [];
  let size = 0;
  async function* readChunks() {
    const source = file.createReadStream({
      autoClose: false,
      start: 0,
      highWaterMark: CHUNK_BYTES,
    });
    source.on('error', (cause) => {
      // Node ends the stream with an AbortError when nobody reads on.
      if (cause.name !== 'AbortError') ownErrors.push(cause);
    });
    for await (const chunk of source) {
      yield chunk;
      size += chunk.length;
      onSent(chunk.length);
    }
  }
  try {
    await onBegun(temporary);
    await use(async (session) => {
      await writeFile(session, temporary, readChunks);
      await compareSize(session, temporary, size, onNote);
    });
  } catch (cause) {
    throw ownErrors.length === 0 ? cause : ownErrors[0];
  } finally {
    await file.close();
  }
  return { key, temporary, proof: String(size) };
}

/** @param {Session} session @param {string} path @param {() => AsyncIterable<Uint8Array>} read */
async function writeFile(session, path, read) {
  try {
    await session.write(path, read());
  } catch (cause) {
    if (!(cause instanceof NoSuchFile)) throw cause;
    const folder = posix.dirname(path);
    if (folder !== '.') await makeFolders(session, folder);
    // A server that replaces no file refuses one that an earlier try has left.
    await session.remove(path).catch(() => undefined);
    await session.write(path, read());
  }
}

/**
 * Tries the deepest folder first: the login may not see the folders above it.
 *
 * @param {Session} session @param {string} folder
 * @returns {Promise<void>}
 */
async function makeFolders(session, folder) {
  try {
    await session.makeFolder(folder);
  } catch (cause) {
    const { message, isPassing } = session.explain(cause);
    const failed = new TransferFailed(`the folder ${folder} could not be made: ${message}`, {
      isPassing,
    });
    const above = posix.dirname(folder);
    if (isPassing || above === '.' || above === folder) throw failed;
    await makeFolders(session, above);
    await session.makeFolder(folder).catch(() => {
      throw failed;
    });
  }
}

/**
 * @param {Session} session
 * @param {string} path
 * @param {number} sent
 * @param {Options['onNote']} onNote
 */
async function compareSize(session, path, sent, onNote) {
  const { size } = await session.find(path);
  if (size === null)
    onNote('The server tells no sizes, so the size of the uploaded file was not compared.');
  else if (size !== sent)
    throw new TransferFailed(`the server has ${size} bytes of the ${sent} bytes that were sent`, {
      isPassing: true,
    });
}

/**
 * @param {import('./server-store.mjs').Use} use
 * @param {Uploaded} uploaded
 * @param {Options['onNote']} onNote
 */
export async function finishUpload(use, uploaded, onNote) {
  let isWaiting = false;
  const waits = (/** @type {boolean} */ begins) => {
    isWaiting = begins;
  };
  try {
    await use(async (session) => {
      if (!(await isRenamed(session, uploaded))) await replace(session, uploaded, waits, onNote);
    });
  } catch (cause) {
    if (!isWaiting || !(cause instanceof TransferFailed)) throw cause;
    const { message, isPassing } = cause;
    throw new TransferFailed(message, { isPassing, isMaybe: true });
  }
}

/** @param {Session} session @param {Uploaded} uploaded */
async function isRenamed(session, { temporary, key, proof }) {
  if ((await findOrNull(session, temporary)) !== null) return false;
  const found = await findOrNull(session, key);
  if (String(found?.size) === proof) return true;
  const there = found === null ? 'no file' : `a file of ${found.size ?? 'unknown'} bytes`;
  throw new TransferFailed(
    `the temporary file of ${proof} bytes is gone, and the final name has ${there}`,
    { isMaybe: true },
  );
}

/** @param {Session} session @param {string} path */
async function findOrNull(session, path) {
  try {
    return await session.find(path);
  } catch (cause) {
    if (cause instanceof NoSuchFile) return null;
    throw cause;
  }
}

/**
 * @param {Session} session
 * @param {Uploaded} uploaded
 * @param {(isWaiting: boolean) => void} waits
 * @param {Options['onNote']} onNote
 */
async function replace(session, { temporary, key }, waits, onNote) {
  try {
    await session.rename(temporary, key, waits);
  } catch (cause) {
    if (!(cause instanceof RenameRefused) || (await findOrNull(session, key)) === null) throw cause;
    await session.remove(key).catch(() => {
      throw cause;
    });
    try {
      await session.rename(temporary, key, waits);
    } catch (next) {
      const { message, isPassing } = session.explain(next);
      throw new TransferFailed(`the old file was removed, and then ${message}`, { isPassing });
    }
    onNote('The server does not replace a file, so the old file was removed before the rename.');
  }
}
