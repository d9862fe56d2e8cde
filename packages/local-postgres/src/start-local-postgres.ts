/**
 * Starts and stops the PostgreSQL server of one folder.
 *
 * 1. A lock on the folder lets one start run at a time, so two first starts give one server.
 * 2. Choose a user that is not root, and programs that this user can run.
 * 3. Create the data folder if there is none (`create-cluster.ts`).
 * 4. Reuse a live server of this data folder, also when its first caller was killed.
 * 5. Otherwise start a server (`start-server.ts`).
 * 6. `stop` asks for a fast shutdown and resolves when the process is gone.
 * 7. A throw-away server also stops when the calling process ends (`end-with-caller.mjs`).
 *
 * The folder holds `password` (mode 0600), `cluster/` (PostgreSQL's data) and `server.log`.
 * When the server's user cannot enter the folder, `cluster` is a link to a folder under
 * /var/lib/renderdeck, and the log is there too.
 */
import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { lock } from 'proper-lockfile';
import { createCluster, OWNER } from './create-cluster.ts';
import { findPrograms, type Programs } from './postgres-programs.ts';
import { canEnter, findRunUser } from './run-user.ts';
import { findReadyServer, startServer } from './start-server.ts';
import { endWithCaller, stopServer } from './stop-server.ts';

export type LocalPostgresOptions = {
  /** A folder for this server alone. It is created when missing. */
  dataDir: string;
  /**
   * For tests and tours: nothing is synced to disk. The server stops and its folder is removed
   * with `stop`, or when the calling process ends.
   */
  throwAway?: boolean;
  log?: (line: string) => void;
};

export type LocalPostgres = {
  /** The connection string with user and password. The default database is `renderdeck`. */
  url(database?: string): string;
  pid: number;
  /** True when the server was already running. */
  reused: boolean;
  /** Resolves when the server's process is gone. */
  stop(): Promise<void>;
};

const SETTINGS = [
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
  'max_connections = 200',
  "timezone = 'UTC'",
  "log_timezone = 'UTC'",
];
const THROW_AWAY = [
  'fsync = off',
  'synchronous_commit = off',
  'full_page_writes = off',
  'wal_level = minimal',
  'max_wal_senders = 0',
];
const ROOT_FOLDER = '/var/lib/renderdeck';
const LOCK_RETRIES = { retries: 400, factor: 1.2, minTimeout: 20, maxTimeout: 250 };

/** Gives a server that accepts connections. Two callers with one folder get the same server. */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { throwAway = false, log = () => {} } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = await lock(dataDir, {
    lockfilePath: join(dataDir, 'start.lock'),
    stale: 10_000,
    retries: LOCK_RETRIES,
  });
  try {
    const user = await findRunUser(join(dataDir, 'cluster'));
    if (user) await chmod(dataDir, 0o711);
    const programs = await findPrograms(user, user ? ROOT_FOLDER : dataDir);
    const password = await keepPassword(join(dataDir, 'password'));
    const cluster = await openCluster(dataDir, programs, password, throwAway);

    const running = await findReadyServer(cluster);
    const server =
      running ?? (await startServer(programs, cluster, join(dirname(cluster), 'server.log')));
    log(
      `local PostgreSQL ${running ? 'taken over' : 'started'}: ` +
        `port ${server.port}, pid ${server.pid}, data in ${cluster}`,
    );
    return {
      url: (database = OWNER) =>
        `postgres://${OWNER}:${password}@127.0.0.1:${server.port}/${database}`,
      pid: server.pid,
      reused: running !== null,
      stop: throwAway
        ? endWithCaller({
            programs,
            cluster,
            pid: server.pid,
            folders: [dirname(cluster), dataDir],
          })
        : () => stopServer(programs, cluster, server.pid),
    };
  } finally {
    await unlock();
  }
}

/** Gives the password of this folder's server. The first start makes it. */
async function keepPassword(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept) return kept;
  const password = randomBytes(24).toString('hex');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** Gives the real path of the data folder, and creates the folder when it is missing. */
async function openCluster(
  dataDir: string,
  programs: Programs,
  password: string,
  throwAway: boolean,
): Promise<string> {
  const place = join(dataDir, 'cluster');
  const settings = throwAway ? [...SETTINGS, ...THROW_AWAY] : SETTINGS;
  if (await lstat(place).catch(() => null)) {
    if (throwAway)
      throw new Error(
        `${place} holds data, and a throw-away server would remove it. ` +
          'Give it a folder of its own.',
      );
    return realpath(place).catch((cause) => {
      throw new Error(
        `${place} links to a data folder that is missing. ` +
          'Bring it back, or remove the link to start empty.',
        { cause },
      );
    });
  }
  if (await canEnter(programs.user, dataDir)) {
    await createCluster(programs, place, password, settings);
    return realpath(place);
  }
  await mkdir(ROOT_FOLDER, { recursive: true, mode: 0o755 });
  const elsewhere = await mkdtemp(join(ROOT_FOLDER, 'farm-'));
  await chmod(elsewhere, 0o711);
  await createCluster(programs, join(elsewhere, 'cluster'), password, settings);
  await symlink(join(elsewhere, 'cluster'), place);
  return realpath(place);
}
