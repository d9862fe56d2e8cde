// @ts-check
/**
 * Files on a server of FTP or FTPS. The scheme `ftps` starts TLS on the usual port (AUTH TLS), and
 * at once on port 990. Files are binary. The data connections are passive, and go to the host of the
 * control connection only.
 *
 * @typedef {import('./server-session.mjs').Session} Session
 * @typedef {import('./store.ts').Place} Place
 * @typedef {import('./store.ts').Access} Access
 * @typedef {typeof import('basic-ftp')} Library
 * @typedef {import('basic-ftp').Client} Client
 */
import { isIP } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { CUT, NoSuchFile, RenameRefused, readServerText } from './server-session.mjs';
import { createServerStore } from './server-store.mjs';
import { asFailed, TransferFailed } from './transfer-failed.mjs';

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

/** @param {Library} library @param {Place} place @param {Access} access @returns {Session} */
function connect({ Client, FTPError }, place, access) {
  const client = new Client(0);
  const codeOf = (/** @type {unknown} */ cause) => (cause instanceof FTPError ? cause.code : null);
  const explain = (/** @type {unknown} */ cause) => explainError(cause, client, access);
  return {
    ready: signIn(client, place, access),
    isOpen: () => !client.closed,
    close: () => client.close(),
    explain,
    ...readFiles(client, codeOf, explain),
    ...changeFiles(client, codeOf, explain),
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

/**
 * @param {Client} client
 * @param {(cause: unknown) => number | null} codeOf of an answer of the server
 * @param {Session['explain']} explain
 * @returns {Pick<Session, 'find' | 'read'>}
 */
function readFiles(client, codeOf, explain) {
  /** Null if the server does not know the command. @param {Promise<number>} asked */
  const orNull = async (asked) => {
    try {
      const value = await asked;
      return Number.isSafeInteger(value) && value >= 0 ? value : null;
    } catch (cause) {
      const code = codeOf(cause);
      if (code === 550) throw new NoSuchFile(explain(cause).message);
      if (code === null ? client.closed : code < 500) throw cause;
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
          yield* receive(client, path, from);
        } catch (cause) {
          if (from === 0 || !NO_REST.includes(codeOf(cause) ?? 0)) throw cause;
          yield* skip(receive(client, path, 0), from);
        }
        isWhole = true;
      } finally {
        // The rest of the file would stand before the answer to the next command.
        if (!isWhole) client.close();
      }
    },
  };
}

/** @param {Client} client @param {string} path @param {number} from */
async function* receive(client, path, from) {
  const stream = new PassThrough();
  const received = client.downloadTo(stream, protect(path), from);
  received.catch(() => undefined);
  try {
    for await (const chunk of stream) yield/** @type {Buffer} */ (chunk);
  } catch (cause) {
    // The answer of the server says more than the end of the data connection.
    await received;
    throw cause;
  }
  await received;
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
 * @param {Client} client
 * @param {(cause: unknown) => number | null} codeOf
 * @param {Session['explain']} explain
 * @returns {Pick<Session, 'write' | 'makeFolder' | 'rename' | 'remove'>}
 */
function changeFiles(client, codeOf, explain) {
  const hasFolder = async (/** @type {string} */ path) => {
    const start = await client.pwd();
    try {
      await client.cd(protect(path));
    } catch (cause) {
      if (codeOf(cause) === null) throw cause;
      return false;
    }
    await client.cd(start);
    return true;
  };
  return {
    async write(path, bytes) {
      try {
        await client.uploadFrom(Readable.from(bytes, { objectMode: false }), protect(path));
      } catch (cause) {
        if (!NO_FILE.includes(codeOf(cause) ?? 0)) throw cause;
        throw new NoSuchFile(explain(cause).message);
      }
    },
    async makeFolder(path) {
      try {
        await client.send(`MKD ${protect(path)}`);
      } catch (cause) {
        if ((codeOf(cause) ?? 0) < 500 || !(await hasFolder(path))) throw cause;
      }
    },
    async rename(from, to, waits) {
      await client.send(`RNFR ${protect(from)}`);
      waits(true);
      try {
        await client.send(`RNTO ${protect(to)}`);
      } catch (cause) {
        const code = codeOf(cause);
        if (code !== null) waits(false);
        throw (code ?? 0) < 500 ? cause : new RenameRefused(explain(cause).message);
      }
      waits(false);
    },
    async remove(path) {
      try {
        await client.remove(protect(path));
      } catch (cause) {
        if ((codeOf(cause) ?? 0) < 500) throw cause;
        const { find } = readFiles(client, codeOf, explain);
        const isThere = await find(path).catch((found) => {
          if (!(found instanceof NoSuchFile)) throw found;
        });
        if (isThere !== undefined) throw cause;
      }
    },
  };
}

/** A server may read these at the beginning as a home folder, an option or nothing. */
/** @param {string} path */
function protect(path) {
  return /^[ ~-]/.test(path) ? `./${path}` : path;
}

/** @param {unknown} cause @param {Client} client @param {Access} access @returns {TransferFailed} */
function explainError(cause, client, access) {
  if (cause instanceof TransferFailed) return cause;
  const { message = String(cause), code } = /** @type {{ message?: string, code?: unknown }} */ (
    cause ?? {}
  );
  // The library tries EPSV, then PASV, and quotes the last error.
  const quoted = /Last error response was '(?:\w*Error: )?(.*)'\.$/s.exec(message)?.[1];
  const text = readServerText((quoted ?? message).replace(/ \((control|data) socket\)$/, ''), [
    access.password,
  ]);
  if (/^\d{3}\b/.test(text)) {
    const isPassing = PASSING.includes(Number(text.slice(0, 3)));
    return new TransferFailed(`the server answered ${text}`, { isPassing });
  }
  const other = /^PASV returned another host \(([^)]*)\)/.exec(text)?.[1];
  if (other !== undefined)
    return new TransferFailed(
      `the server asked for a data connection to another host (${other}), which is refused`,
    );
  const known = quoted === undefined ? code : /\bE[A-Z]{4,}\b/.exec(text)?.[0];
  if (typeof known === 'string' && /^[A-Z]/.test(known))
    return asFailed({ code: known, message: text }, CUT);
  return client.closed
    ? new TransferFailed(CUT, { isPassing: true })
    : asFailed({ message: text }, CUT);
}
