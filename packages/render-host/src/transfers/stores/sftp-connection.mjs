// @ts-check
/**
 * A connection of SSH that speaks SFTP. It has no time limits: the signal of the caller ends it.
 *
 * @typedef {import('ssh2').Client} Client
 * @typedef {import('./store.ts').Access} Access
 *
 * @typedef {(error: Error | null | undefined, value?: any) => void} Done
 * @typedef {(work: (sftp: import('ssh2').SFTPWrapper, done: Done) => void) => Promise<any>} Ask
 * sends a request and gives its answer
 */
import { createHash } from 'node:crypto';
import { asFailed, TransferFailed } from '../transfer-failed.mjs';
import { CUT, readServerText } from './server-session.mjs';

/** The answers of SFTP. */
export const STATUS = {
  ...{ noSuchFile: 2, permissionDenied: 3, failure: 4, noConnection: 6, connectionLost: 7 },
  ...{ unsupported: 8, noSuchPath: 10, exists: 11 },
};
/** @type {Record<number, string>} */
const SENTENCES = {
  [STATUS.noSuchFile]: 'the server has no such file',
  [STATUS.permissionDenied]: 'the server denied permission',
};
const PASSING_STATUS = [STATUS.noConnection, STATUS.connectionLost];
/** Why a server ends a connection: service not available, connection lost, too many of them. */
const PASSING_END = [7, 10, 12];

/**
 * @param {Client} client
 * @param {import('./store.ts').Place} place
 * @param {Access} access
 * @param {(sentence: string) => void} onNote
 */
export function openConnection(client, place, access, onNote) {
  let isOpen = true;
  /** @type {import('ssh2').SFTPWrapper | null} */
  let opened = null;
  /** @type {(cause: TransferFailed) => void} */
  let reject = () => undefined;
  /** @type {Promise<never>} */
  const lost = new Promise((_, end) => {
    reject = end;
  });
  lost.catch(() => undefined);
  const lose = (/** @type {TransferFailed} */ cause) => {
    isOpen = false;
    reject(cause);
    client.destroy();
  };
  const cut = () => lose(new TransferFailed(CUT, { isPassing: true }));
  client.on('error', (cause) => lose(explainEnd(cause, access)));
  client.on('close', cut);
  const ready = signIn(client, place, access, { lose, onNote }).then((sftp) => {
    opened = sftp;
    sftp.on('close', cut);
  });
  return {
    ready: Promise.race([ready, lost]),
    isOpen: () => isOpen,
    close: cut,
    /** @type {Ask} */
    ask(work) {
      const answer = new Promise((resolve, fail) => {
        if (opened === null || !isOpen) throw new TransferFailed(CUT, { isPassing: true });
        work(opened, (error, value) => (error ? fail(error) : resolve(value)));
      });
      return Promise.race([lost, answer]);
    },
  };
}

/**
 * @param {Client} client
 * @param {import('./store.ts').Place} place
 * @param {Access} access
 * @param {{ lose(cause: TransferFailed): void, onNote(sentence: string): void }} how
 * @returns {Promise<import('ssh2').SFTPWrapper>}
 */
function signIn(client, { host, port }, access, { lose, onNote }) {
  const { user, password, privateKey, passphrase, hostKeys = [] } = access;
  return new Promise((resolve, reject) => {
    if (!user) throw new TransferFailed('sftp needs a user');
    if (password === undefined && privateKey === undefined)
      throw new TransferFailed('sftp needs a password or a private key');
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => password ?? '')),
    );
    client.on('ready', () => {
      try {
        client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
      } catch (cause) {
        reject(cause);
      }
    });
    client.connect({
      ...{ host, port: port ?? 22, username: user, readyTimeout: 0 },
      ...(password === undefined ? {} : { password, tryKeyboard: true }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
      hostVerifier: (/** @type {Buffer} */ key) => {
        const fingerprint = writeFingerprint(key);
        if (hostKeys.length === 0)
          onNote(`The host key of the server was not checked. It is ${fingerprint}.`);
        else if (!hostKeys.some((one) => one.replace(/=+$/, '') === fingerprint)) {
          const why = `the server has the host key ${fingerprint}, which hostKeys does not list`;
          lose(new TransferFailed(why));
          return false;
        }
        return true;
      },
    });
  });
}

/** As ssh-keygen writes it. @param {Buffer} key */
function writeFingerprint(key) {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** @param {Access} access */
function secretsOf({ password, privateKey, passphrase }) {
  return [password, privateKey, passphrase];
}

/**
 * Why the connection ended, or never was.
 *
 * @param {Error & { level?: string, code?: unknown }} cause
 * @param {Access} access
 */
function explainEnd({ message, level, code }, access) {
  const text = readServerText(message, secretsOf(access));
  if (level === 'client-authentication') return new TransferFailed('the server refused the login');
  if (typeof code === 'number')
    return new TransferFailed(`the server ended the connection: ${text}`, {
      isPassing: PASSING_END.includes(code),
    });
  if (/^Connection lost before handshake/.test(text))
    return new TransferFailed(CUT, { isPassing: true });
  return asFailed({ code, message: text }, CUT);
}

/** Makes a failure of the error of a request. @param {unknown} cause @param {Access} access */
export function explainError(cause, access) {
  if (cause instanceof TransferFailed) return cause;
  const { message = String(cause), code } = /** @type {{ message?: string, code?: unknown }} */ (
    cause ?? {}
  );
  const text = readServerText(message, secretsOf(access));
  if (typeof code !== 'number')
    return text === 'No response from server'
      ? new TransferFailed(CUT, { isPassing: true })
      : asFailed({ message: text }, CUT);
  return new TransferFailed(SENTENCES[code] ?? `the server answered ${text} (status ${code})`, {
    isPassing: PASSING_STATUS.includes(code),
  });
}
