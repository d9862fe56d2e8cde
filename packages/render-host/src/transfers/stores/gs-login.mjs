// @ts-check
/**
 * The login of a bucket of Google Cloud Storage: the header of each request.
 *
 * @typedef {import('./store.ts').Place} Place
 * @typedef {() => Promise<Record<string, string>>} Login
 */

import { asFailed, TransferFailed } from '../transfer-failed.mjs';
import { untilAborted } from './bucket-answers.mjs';
import { speedGoogleUp } from './config.mjs';

const GOOGLE = 'https://storage.googleapis.com';
const SCOPES = ['https://www.googleapis.com/auth/devstorage.full_control'];

/** @param {Place} place */
export function readOrigin({ endpoint }) {
  return new URL(endpoint ?? GOOGLE);
}

/**
 * Without an account of the job, the one of the environment counts, but for Google's own servers
 * only: any other server could use its token. Without either, the requests have no login.
 *
 * @param {Place} place
 * @param {import('./store.ts').Access} access
 * @param {Parameters<import('./store.ts').OpenStore>[2]} how
 * @returns {Promise<Login>}
 */
export async function findLogin(place, { serviceAccount }, { signal, onNote }) {
  const login = serviceAccount === undefined ? null : await readAccount(place, serviceAccount);
  if (login !== null) return createLogin(login, signal);
  const noted = (/** @type {string} */ why) => {
    onNote(
      `No login for Google Cloud Storage was found${why}, so the requests are sent without one.`,
    );
    return () => Promise.resolve({});
  };
  if (place.endpoint !== null) return noted('');
  const found = createLogin(await findInEnvironment(), signal);
  try {
    await found();
    return found;
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = /** @type {Error} */ (cause);
    return noted(/default credentials/.test(message) ? '' : ` (${message})`);
  }
}

/**
 * @typedef {{ getRequestHeaders(): Promise<Headers> }} Account
 *
 * @param {Place} place
 * @param {Readonly<Record<string, unknown>>} account
 * @returns {Promise<Account>}
 */
async function readAccount(place, account) {
  const { GoogleAuth, JWT } = await import('google-auth-library');
  const { client_email, private_key, private_key_id } = account;
  if (typeof client_email !== 'string' || typeof private_key !== 'string') {
    const credentials = /** @type {import('google-auth-library').JWTInput} */ ({ ...account });
    return new GoogleAuth({ credentials, scopes: SCOPES });
  }
  const keyId = typeof private_key_id === 'string' ? { keyId: private_key_id } : {};
  const jwt = new JWT({ email: client_email, key: private_key, ...keyId });
  // A token that it signs itself, for this server only, needs no request to another server.
  return { getRequestHeaders: () => jwt.getRequestHeaders(`${readOrigin(place).origin}/`) };
}

/** @returns {Promise<Account>} */
async function findInEnvironment() {
  const { GoogleAuth } = await import('google-auth-library');
  speedGoogleUp();
  return new GoogleAuth({ scopes: SCOPES });
}

/** @param {Account} account @param {AbortSignal} signal @returns {Login} */
function createLogin(account, signal) {
  return async () => {
    try {
      return Object.fromEntries(await untilAborted(account.getRequestHeaders(), signal));
    } catch (cause) {
      signal.throwIfAborted();
      throw asLoginFailed(cause);
    }
  };
}

/** @param {unknown} cause */
function asLoginFailed(cause) {
  const { message, code, status } =
    /** @type {{ message: string, code?: unknown, status?: number }} */ (cause);
  if (/default credentials/.test(message)) return new TransferFailed('no default credentials');
  // The message may name an address.
  const why = status === undefined ? (code ?? 'the key cannot be used') : `answer ${status}`;
  const isPassing = status === undefined ? asFailed(cause, '').isPassing : status >= 500;
  return new TransferFailed(`no login could be made (${why})`, { isPassing });
}
