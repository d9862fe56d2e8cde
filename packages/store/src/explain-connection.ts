import { explainCondition } from './database-conditions.ts';
import { sqlState } from './sql-state.ts';

/**
 * What PostgreSQL's refusals of a login mean for the person who wrote DATABASE_URL. All other
 * conditions have their sentences in database-conditions.ts.
 */
const REFUSALS: Readonly<Record<string, (url: Address) => string>> = {
  '28P01': ({ user }) => `refuses the password of ${user}; correct it in DATABASE_URL`,
  '28000': ({ user }) => `does not let ${user} in from here; look at its pg_hba.conf`,
  '3D000': ({ database }) =>
    `has no database ${database}; create it (createdb), or correct DATABASE_URL`,
  '42501': ({ user }) =>
    `lets ${user} do too little; use the owner of the database, or have the right granted`,
};
const OTHER_ROOT = 'its certificate is not of the root that DATABASE_URL names (sslrootcert)';
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'this name is unknown',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'there is no answer',
  CONNECT_TIMEOUT: 'there is no answer within ten seconds',
  EHOSTUNREACH: 'no network route leads to it',
  ENETUNREACH: 'no network route leads to it',
  ECONNRESET: 'it ends the connection: is it PostgreSQL, and does it want TLS (sslmode)?',
  CONNECTION_CLOSED: 'it ends the connection: is it PostgreSQL, and does it want TLS (sslmode)?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: OTHER_ROOT,
  SELF_SIGNED_CERT_IN_CHAIN: OTHER_ROOT,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: OTHER_ROOT,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: OTHER_ROOT,
};
type Address = { readonly server: string; readonly user: string; readonly database: string };

/**
 * Why the database of this URL cannot be used, and what to do, in one sentence without the
 * password. Null for an error that does not concern the connection.
 */
export function explainConnection(error: unknown, url: string): string | null {
  const address = readAddress(url);
  const state = sqlState(error) ?? '';
  const refused = REFUSALS[state];
  if (refused !== undefined) return `The database at ${address.server} ${refused(address)}.`;
  const why = UNREACHABLE[codeOf(error)];
  return why === undefined
    ? explainCondition(error, `The database at ${address.server}`)
    : `The database at ${address.server} cannot be reached: ${why}. ` +
        'Start it, or correct DATABASE_URL.';
}

/** Why a program cannot begin with the database of this URL, whatever the error is. */
export function explainNoStart(error: unknown, url: string): string {
  const cause = error instanceof Error ? (error.cause ?? error.message) : error;
  return explainConnection(error, url) ?? `The database does not answer: ${String(cause)}.`;
}

/** The first code on the way to the cause, because drizzle and Node wrap errors. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

function readAddress(url: string): Address {
  // Several servers joined by commas are not a valid URL, so only the servers are shown.
  const [, authority = ''] = /^\w+:\/\/([^/?]*)/.exec(url) ?? [];
  const server = authority.slice(authority.lastIndexOf('@') + 1) || 'localhost';
  const [user = ''] = authority.slice(0, Math.max(0, authority.lastIndexOf('@'))).split(':');
  const [, database = ''] = /^\w+:\/\/[^/?]*\/([^?]*)/.exec(url) ?? [];
  return {
    server,
    user: user === '' ? 'this user' : `the user ${decode(user)}`,
    database: decode(database),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
