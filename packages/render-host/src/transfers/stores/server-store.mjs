// @ts-check
/**
 * The store of a server with folders and files: what FTP and SFTP have in common. One method runs
 * at a time.
 *
 * - It connects when a method needs a connection, and again after a failure.
 * - The version of a file is its size with the time of its last change.
 * - server-upload.mjs says how a file is uploaded.
 *
 * @typedef {import('./server-session.mjs').Session} Session
 * @typedef {import('./server-session.mjs').Found} Found
 * @typedef {<T>(work: (session: Session) => Promise<T>) => Promise<T>} Use
 */

import { TransferFailed } from '../transfer-failed.mjs';
import { finishUpload, uploadFile } from './server-upload.mjs';

/**
 * @param {() => Session} connect
 * @param {Parameters<import('./store.ts').OpenStore>[2]} how
 * @returns {import('./store.ts').Store}
 */
export function createServerStore(connect, { signal, onNote }) {
  const { use, close } = keepSession(connect, signal);
  return {
    describe: async (key) => describeFile(await use((one) => one.find(checkPath(key)))),
    async read(key, from, version) {
      const session = await use(async (one) => {
        const found = version === null ? null : describeFile(await one.find(checkPath(key)));
        if (found !== null && found.version !== version)
          throw new TransferFailed('the file has changed on the server', { isPassing: true });
        return one;
      });
      return receive(session, session.read(checkPath(key), from), signal);
    },
    upload: async (path, key, options) =>
      await uploadFile(use, path, checkPath(key), {
        ...{ ...options, temporaryName: checkPath(options.temporaryName) },
        onNote,
      }),
    finish: (uploaded) => finishUpload(use, uploaded, onNote),
    remove: (temporary) => use((one) => one.remove(checkPath(temporary))),
    close: async () => close(),
  };
}

/**
 * Keeps one connection for all methods.
 *
 * @param {() => Session} connect
 * @param {AbortSignal} signal
 */
function keepSession(connect, signal) {
  /** @type {Session | null} */
  let session = null;
  const drop = () => {
    session?.close();
    session = null;
  };
  /** @type {(reason: unknown) => void} */
  let end = () => undefined;
  /** @type {Promise<never>} */
  const aborted = new Promise((_, reject) => {
    end = reject;
  });
  aborted.catch(() => undefined);
  const onAbort = () => {
    end(signal.reason);
    drop();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    /** @type {Use} */
    async use(work) {
      signal.throwIfAborted();
      if (!session?.isOpen()) drop();
      session ??= connect();
      const current = session;
      try {
        return await Promise.race([current.ready.then(() => work(current)), aborted]);
      } catch (cause) {
        signal.throwIfAborted();
        drop();
        throw current.explain(cause);
      }
    },
    close() {
      signal.removeEventListener('abort', onAbort);
      drop();
    },
  };
}

/** In FTP, an end of line would be the end of the command. @param {string} path */
function checkPath(path) {
  if (path === '') throw new TransferFailed('the path is empty');
  if (/[\r\n\0]/.test(path)) throw new TransferFailed('the path has an end of line or a NUL');
  return path;
}

/** @param {Found} found @returns {import('./store.ts').StoredFile} */
function describeFile({ size, changedAt }) {
  const version = size === null || changedAt === null ? null : `${size} ${changedAt}`;
  return { size, version, contentType: null, sums: [] };
}

/** @param {Session} session @param {AsyncIterable<Uint8Array>} bytes @param {AbortSignal} signal */
async function* receive(session, bytes, signal) {
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      yield chunk;
    }
  } catch (cause) {
    signal.throwIfAborted();
    session.close();
    throw session.explain(cause);
  }
}
