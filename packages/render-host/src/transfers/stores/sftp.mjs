// @ts-check
/**
 * Files on a server of SFTP.
 *
 * @typedef {import('./server-session.mjs').Session} Session
 * @typedef {import('./sftp-connection.mjs').Ask} Ask
 */

import { TransferFailed } from '../transfer-failed.mjs';
import { NoSuchFile, RenameRefused } from './server-session.mjs';
import { createServerStore } from './server-store.mjs';
import { readAhead, writeAhead } from './sftp-bytes.mjs';
import { explainError, openConnection, STATUS } from './sftp-connection.mjs';

/** A folder is missing, or there is no more exact status for it. */
const NO_FOLDER = [STATUS.noSuchFile, STATUS.failure, STATUS.noSuchPath];
/** The server may refuse a rename onto a file that exists. */
const EXISTS = [STATUS.failure, STATUS.exists];

/** @type {import('./store.ts').OpenStore} */
export async function openStore(place, access, { signal, onNote }) {
  const { Client } = (await import('ssh2')).default;
  const noted = new Set();
  /** One note is enough for all connections. @param {string} sentence */
  const noteOnce = (sentence) => {
    if (!noted.has(sentence)) onNote(sentence);
    noted.add(sentence);
  };
  return createServerStore(() => connect(new Client(), place, access, noteOnce), {
    ...{ signal, onNote },
  });
}

/**
 * @param {import('ssh2').Client} client
 * @param {import('./store.ts').Place} place
 * @param {import('./store.ts').Access} access
 * @param {(sentence: string) => void} onNote
 * @returns {Session}
 */
function connect(client, place, access, onNote) {
  const { ask, ...connection } = openConnection(client, place, access, onNote);
  const explain = (/** @type {unknown} */ cause) => explainError(cause, access);
  return { ...connection, explain, ...readFiles(ask, explain), ...changeFiles(ask, explain) };
}

/** @param {unknown} cause @returns {number | null} */
function statusOf(cause) {
  const { code } = /** @type {{ code?: unknown }} */ (cause ?? {});
  return typeof code === 'number' ? code : null;
}

/**
 * @param {Ask} ask @param {Session['explain']} explain
 * @returns {Pick<Session, 'find' | 'read'>}
 */
function readFiles(ask, explain) {
  return {
    async find(path) {
      /** @type {import('ssh2').Stats} */
      const found = await ask((sftp, done) => sftp.stat(path, done)).catch((cause) => {
        throw statusOf(cause) === STATUS.noSuchFile
          ? new NoSuchFile(explain(cause).message)
          : cause;
      });
      if (found.isDirectory()) throw new TransferFailed('the path is a folder');
      const { size = null, mtime = null } = found;
      return { size, changedAt: mtime === null ? null : new Date(mtime * 1000).toISOString() };
    },
    async *read(path, from) {
      /** @type {Buffer} */
      const handle = await ask((sftp, done) => sftp.open(path, 'r', done));
      try {
        yield* readAhead(async (position, length) => {
          const bytes = Buffer.allocUnsafe(length);
          /** @type {number} */
          const count = await ask((sftp, done) =>
            sftp.read(handle, bytes, 0, length, position, done),
          );
          return bytes.subarray(0, count);
        }, from);
      } finally {
        ask((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
      }
    },
  };
}

/**
 * @param {Ask} ask
 * @param {Session['explain']} explain
 * @returns {Pick<Session, 'write' | 'makeFolder' | 'rename' | 'remove'>}
 */
function changeFiles(ask, explain) {
  return {
    async write(path, bytes) {
      /** @type {Buffer} */
      const handle = await ask((sftp, done) => sftp.open(path, 'w', done)).catch((cause) => {
        throw NO_FOLDER.includes(statusOf(cause) ?? -1)
          ? new NoSuchFile(explain(cause).message)
          : cause;
      });
      await writeAhead(
        (chunk, position) =>
          ask((sftp, done) =>
            sftp.write(
              handle,
              Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length),
              0,
              chunk.length,
              position,
              done,
            ),
          ),
        bytes,
      );
      await ask((sftp, done) => sftp.close(handle, done));
    },
    async makeFolder(path) {
      try {
        await ask((sftp, done) => sftp.mkdir(path, done));
      } catch (cause) {
        if (statusOf(cause) === null) throw cause;
        /** @type {import('ssh2').Stats | null} */
        const found = await ask((sftp, done) => sftp.stat(path, done)).catch(() => null);
        if (!found?.isDirectory()) throw cause;
      }
    },
    async rename(from, to, waits) {
      waits(true);
      try {
        if (!(await renameOver(ask, from, to)))
          await ask((sftp, done) => sftp.rename(from, to, done));
      } catch (cause) {
        const status = statusOf(cause);
        if (status !== null) waits(false);
        throw EXISTS.includes(status ?? -1) ? new RenameRefused(explain(cause).message) : cause;
      }
      waits(false);
    },
    async remove(path) {
      await ask((sftp, done) => sftp.unlink(path, done)).catch((cause) => {
        if (statusOf(cause) !== STATUS.noSuchFile) throw cause;
      });
    },
  };
}

/**
 * Renames as POSIX does: onto a file that exists too. False if the server has no such rename.
 *
 * @param {Ask} ask @param {string} from @param {string} to
 */
async function renameOver(ask, from, to) {
  let isKnown = true;
  try {
    await ask((sftp, done) => {
      try {
        sftp.ext_openssh_rename(from, to, done);
      } catch {
        isKnown = false;
        done(undefined, undefined);
      }
    });
  } catch (cause) {
    if (statusOf(cause) !== STATUS.unsupported) throw cause;
    return false;
  }
  return isKnown;
}
