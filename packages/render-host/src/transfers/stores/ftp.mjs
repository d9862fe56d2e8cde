// @ts-check
/**
 * Files on a server of FTP or FTPS. The scheme `ftps` starts TLS on the usual port (AUTH TLS), and
 * at once on port 990. Files are binary. The data connections are passive, and go to the host of
 * the control connection only.
 *
 * @typedef {import('./server-session.mjs').Session} Session
 * @typedef {import('./store.ts').Place} Place
 * @typedef {import('./store.ts').Access} Access
 * @typedef {typeof import('basic-ftp')} Library
 * @typedef {import('basic-ftp').Client} Client
 */
import { isIP } from 'node:net';
import { asFailed, TransferFailed } from '../transfer-failed.mjs';
import { createTransfers } from './ftp-data.mjs';
import { CUT, NoSuchFile, RenameRefused, readServerText } from './server-session.mjs';
import { createServerStore } from './server-store.mjs';

/** The answers after which another try may help. */
const PASSING = [120, 421, 425, 426, 450, 451, 452];
/** The server does not know REST, or not for this file. */
const NO_REST = [500, 501, 502, 503, 504, 554];
/** A file does not exist, or may not be written. */
const NO_FILE = [550, 553];
const IMPLICIT_TLS_PORT = 990;

/** @type {import('./store.ts').OpenStore} */
export async function openStore(place, access, how) {
  const library = await import('basic-ftp');
  return createServerStore(() => connect(library, place, access), how);
}

/**
 * @typedef {object} Server
 * @property {Client} client
 * @property {ReturnType<typeof createTransfers>} transfers
 * @property {(cause: unknown) => number} codeOf the answer of the server, or 0
 * @property {Session['explain']} explain
 *
 * @param {Library} library @param {Place} place @param {Access} access
 * @returns {Session}
 */
function connect({ Client, FTPError }, place, access) {
  const client = new Client(0);
  const codeOf = (/** @type {unknown} */ cause) => (cause instanceof FTPError ? cause.code : 0);
  const explain = (/** @type {unknown} */ cause) => explainError(cause, client, access);
  const transfers = createTransfers(client, codeOf);
  const server = { client, transfers, codeOf, explain };
  const reading = readFiles(server);
  return {
    ready: signIn(client, place, access),
    isOpen: () => !client.closed,
    close() {
      client.close();
      transfers.close();
    },
    explain,
    ...reading,
    ...changeFiles(server, reading),
  };
}

/** @param {Client} client @param {Place} place @param {Access} access */
async function signIn(client, { scheme, host, port }, { user, password, strictSSL, ca }) {
  if (/[\r\n\0]/.test(`${user}${password}`))
    throw new TransferFailed('the user or the password has an end of line or a NUL');
  const isImplicit = scheme === 'ftps' && port === IMPLICIT_TLS_PORT;
  await client.access({
    ...{ host, port: port ?? 21, secure: isImplicit ? 'implicit' : scheme === 'ftps' },
    ...(user === undefined ? {} : { user, password: '' }),
    ...(password === undefined ? {} : { password }),
    secureOptions: {
      rejectUnauthorized: strictSSL !== false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    },
  });
}

/** @param {Server} server @returns {Pick<Session, 'find' | 'read'>} */
function readFiles({ client, transfers, codeOf, explain }) {
  /** Null if the server does not know the command. @param {Promise<number>} asked */
  const orNull = async (asked) => {
    try {
      const value = await asked;
      return Number.isSafeInteger(value) && value >= 0 ? value : null;
    } catch (cause) {
      const code = codeOf(cause);
      if (code === 0 ? client.closed : code < 500) throw cause;
      if (code === 550) throw new NoSuchFile(explain(cause).message);
      return null;
    }
  };
  return {
    async find(path) {
      const size = await orNull(client.size(protect(path)));
      const time = await orNull(client.lastMod(protect(path)).then(Number)).catch((cause) => {
        if (cause instanceof NoSuchFile) return null;
        throw cause;
      });
      return { size, changedAt: time === null ? null : new Date(time).toISOString() };
    },
    async *read(path, from) {
      let isWhole = false;
      try {
        try {
          yield* transfers.receive(protect(path), from);
        } catch (cause) {
          if (from === 0 || !NO_REST.includes(codeOf(cause))) throw cause;
          yield* skip(transfers.receive(protect(path), 0), from);
        }
        isWhole = true;
      } finally {
        // The server's answer to this transfer would be taken for that to the next command.
        if (!isWhole) client.close();
      }
    },
  };
}

/** @param {AsyncIterable<Buffer>} bytes @param {number} count */
async function* skip(bytes, count) {
  let left = count;
  for await (const chunk of bytes) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/**
 * @param {Server} server
 * @param {Pick<Session, 'find'>} reading
 * @returns {Pick<Session, 'write' | 'makeFolder' | 'rename' | 'remove'>}
 */
function changeFiles({ client, transfers, codeOf, explain }, { find }) {
  const hasFolder = async (/** @type {string} */ path) => {
    const start = await client.pwd();
    try {
      await client.cd(protect(path));
    } catch (cause) {
      if (codeOf(cause) === 0) throw cause;
      return false;
    }
    await client.cd(start);
    return true;
  };
  return {
    async write(path, bytes) {
      try {
        await transfers.send(protect(path), bytes);
      } catch (cause) {
        throw NO_FILE.includes(codeOf(cause)) ? new NoSuchFile(explain(cause).message) : cause;
      }
    },
    async makeFolder(path) {
      try {
        await client.send(`MKD ${protect(path)}`);
      } catch (cause) {
        if (codeOf(cause) < 500 || !(await hasFolder(path))) throw cause;
      }
    },
    async rename(from, to, waits) {
      await client.send(`RNFR ${protect(from)}`);
      waits(true);
      try {
        await client.send(`RNTO ${protect(to)}`);
      } catch (cause) {
        if (codeOf(cause) !== 0) waits(false);
        throw codeOf(cause) < 500 ? cause : new RenameRefused(explain(cause).message);
      }
      waits(false);
    },
    async remove(path) {
      try {
        await client.remove(protect(path));
      } catch (cause) {
        if (codeOf(cause) < 500) throw cause;
        const isMissing = await find(path).then(
          () => false,
          (why) => why instanceof NoSuchFile,
        );
        if (!isMissing) throw cause;
      }
    },
  };
}

/**
 * A server may read the first character of these as its home folder, as an option or as nothing.
 *
 * @param {string} path
 */
function protect(path) {
  return /^[ ~-]/.test(path) ? `./${path}` : path;
}

/**
 * @param {unknown} cause @param {Client} client @param {Access} access
 * @returns {TransferFailed}
 */
function explainError(cause, client, { password }) {
  if (cause instanceof TransferFailed) return cause;
  const { message = String(cause), code } = /** @type {{ message?: string, code?: unknown }} */ (
    cause ?? {}
  );
  const text = readServerText(message.replace(/ \(control socket\)$/, ''), [password]);
  if (typeof code === 'number')
    return new TransferFailed(`the server answered ${text}`, { isPassing: PASSING.includes(code) });
  const isKnown = typeof code === 'string' && /^[A-Z]/.test(code);
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || (!isKnown && client.closed))
    return new TransferFailed(CUT, { isPassing: true });
  return asFailed({ code, message: text }, CUT);
}
