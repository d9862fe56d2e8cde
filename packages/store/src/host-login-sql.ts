import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { identifier, literal } from './quote-sql.ts';

const ITERATIONS = 4096;
/** PostgreSQL cuts off a longer name. */
const MAX_NAME_BYTES = 63;

export type NewHostLogin = {
  readonly host: string;
  readonly login: string;
  /** The password of a login that is made; null if the login exists. */
  readonly password: string | null;
};

/**
 * The SQL that gives a host a login of its own, to be run by the owner of the tables. It has a
 * SCRAM verifier instead of the password, so no log and no history contains the password.
 */
export function hostLoginSql({ host, login, password }: NewHostLogin): string {
  const make =
    password === null
      ? []
      : [
          `CREATE ROLE ${identifier(login)} LOGIN PASSWORD ${literal(verifierOf(password))}`,
          '  IN ROLE renderdeck_host;',
        ];
  return [
    'BEGIN;',
    'SELECT public.restrict_host_logins();',
    ...make,
    `SELECT public.bind_host_login(${literal(host)}, ${literal(login)});`,
    'COMMIT;',
    '',
  ].join('\n');
}

/** A login name for the host: the host's name, or its start and a hash if it is too long. */
export function loginOf(host: string): string {
  const login = `host_${host}`;
  if (isLogin(login)) return login;
  const hash = createHash('sha256').update(host).digest('hex').slice(0, 16);
  return `host_${[...host].slice(0, 10).join('')}_${hash}`;
}

/** Whether PostgreSQL accepts the text unchanged as the name of a login. */
export function isLogin(login: string): boolean {
  const bytes = Buffer.byteLength(login);
  return bytes > 0 && bytes <= MAX_NAME_BYTES && !login.includes('\0') && !login.startsWith('pg_');
}

/** The form in which PostgreSQL stores a password (RFC 5803). */
export function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const server = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
}
