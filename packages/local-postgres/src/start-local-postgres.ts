/**
 * Starting and stopping the server of one folder, told once:
 *
 * 1. Under the folder's lock, so that two first starts end with one server:
 * 2. find a user (never root) and programs that user can run;
 * 3. make the data folder if there is none (`create-cluster.ts`); a half-made one from a killed start is thrown away;
 * 4. a live server of this data folder is taken as it is: a killed caller loses nothing;
 * 5. otherwise drop a pid file whose pid now belongs to another program, take a free port, start in a session of its own (a Ctrl-C
 *    at the terminal must not reach the server before its clients have ended), wait until it accepts connections.
 * 6. `stop` asks for a fast shutdown (SIGINT: open transactions are rolled back) and returns when the process is gone.
 *
 * A throw-away server ends and its folder goes away with `stop`, or with the calling process however that ends
 * (`end-with-caller.mjs` holds the other end of a pipe).
 *
 * Layout of the folder: `password` (0600), `cluster/` (PostgreSQL's own), `server.log`. When root keeps the folder where an
 * unprivileged user cannot enter, `cluster` is a link to a folder under /var/lib/renderdeck, and the log is there too.
 */
import { randomBytes } from 'node:crypto';
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { createCluster, OWNER } from './create-cluster.ts';
import { findPrograms, type Programs, runProgram } from './postgres-programs.ts';
import { findPostmaster, type Postmaster, pidFile } from './postmaster.ts';
import { canEnter, findRunUser } from './run-user.ts';
import { endWithCaller, stopServer } from './stop-server.ts';

export type LocalPostgresOptions = {
  /** A folder for this server alone; made when missing. */
  dataDir: string;
  /** For tests and tours: nothing is synced to disk, and server and folder go away with `stop` or with the calling process. */
  throwAway?: boolean;
  log?: (line: string) => void;
};

export type LocalPostgres = {
  /** Connection string with user and password; default database: `renderdeck`. */
  url(database?: string): string;
  pid: number;
  /** True when the server was already running. */
  reused: boolean;
  /** The server's process is gone when this resolves. */
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

/** A server that accepts connections; two callers with one folder get the same one. */
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

    const running = await findReady(cluster);
    const server =
      running ?? (await start(programs, cluster, join(dirname(cluster), 'server.log')));
    log(
      `local PostgreSQL ${running ? 'taken over' : 'started'}: port ${server.port}, pid ${server.pid}, data in ${cluster}`,
    );
    const end = () => stopServer(programs, cluster, server.pid);
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
        : end,
    };
  } finally {
    await unlock();
  }
}

/** The password of this folder's server, made at the first start. */
async function keepPassword(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept) return kept;
  const password = randomBytes(24).toString('hex');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** The real path of the data folder, made when missing. */
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
        `${place} holds data, and a throw-away server would remove it. Give it a folder of its own.`,
      );
    return realpath(place).catch((cause) => {
      throw new Error(
        `${place} links to a data folder that is missing. Bring it back, or remove the link to start empty.`,
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

async function start(programs: Programs, cluster: string, logFile: string): Promise<Postmaster> {
  await appendFile(logFile, '', { mode: 0o600 });
  if (programs.user) await chown(logFile, programs.user.uid, programs.user.gid);
  const logged = (await stat(logFile)).size;
  for (let tries = 1; ; tries += 1) {
    if (!(await findPostmaster(cluster))) await rm(pidFile(cluster), { force: true });
    const options = [
      '-D',
      cluster,
      '-l',
      logFile,
      '-w',
      '-t',
      '60',
      '-o',
      `-p ${await freePort()}`,
    ];
    const { all } = await runProgram(programs, 'pg_ctl', ['start', ...options]);
    const server = await findReady(cluster);
    if (server) return server;
    const said = (await readFile(logFile, 'utf8')).slice(logged).trim();
    // The port can be taken between look and start; children of a killed server need a moment to notice that it is gone.
    if (tries >= 8 || !/could not bind|shared memory block|lock file/.test(said))
      throw new Error(`PostgreSQL did not start in ${cluster}: ${all}\n${said}`);
    await setTimeout(100 * tries);
  }
}

/** The live server once it accepts connections; null when there is none, or when it was on its way out and is gone. */
async function findReady(cluster: string): Promise<Postmaster | null> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 25) {
    const server = await findPostmaster(cluster);
    if (!server || server.status === 'ready') return server;
    await setTimeout(25);
  }
  throw new Error(
    `PostgreSQL of ${cluster} has been starting or stopping for a minute. Look at its server.log.`,
  );
}

function freePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object'
          ? found(address.port)
          : fail(new Error('No free port on 127.0.0.1.')),
      );
    });
  });
}
