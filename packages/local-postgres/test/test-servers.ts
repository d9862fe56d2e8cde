/** The data folder and the servers of each test. After the test, none of them is left. */
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type LocalPostgres, type LocalPostgresOptions, startLocalPostgres } from '../src/index.ts';

export type TestFolder = {
  /** A folder for one test, with spaces in its path. */
  home: string;
  /** The data folder in it, which does not exist yet. */
  dataDir: string;
};

const running = new Set<LocalPostgres>();

/** Makes a folder for each test, and stops the test's servers afterwards. */
export function eachTestFolder(): TestFolder {
  const folder: TestFolder = { home: '', dataDir: '' };
  beforeEach(async () => {
    folder.home = await mkdtemp(join(tmpdir(), 'local postgres '));
    await chmod(folder.home, 0o711);
    folder.dataDir = join(folder.home, 'farm');
  });
  afterEach(async () => {
    for (const server of running) await server.stop();
    running.clear();
    await rm(folder.home, { recursive: true, force: true });
  });
  return folder;
}

/** Copies the data folder of a server that ran once, before each test: copying is faster. */
export function copyStartedFarm(folder: TestFolder): void {
  let seed: string;
  beforeAll(async () => {
    seed = await mkdtemp(join(tmpdir(), 'local postgres seed '));
    await chmod(seed, 0o711);
    const server = await startLocalPostgres({ dataDir: join(seed, 'farm') });
    await server.stop();
  });
  afterAll(() => rm(seed, { recursive: true, force: true }));
  beforeEach(async () => {
    await execa('cp', ['-a', join(seed, 'farm'), folder.dataDir]);
  });
}

/** Starts a server that is stopped after the test. */
export async function start(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const server = await startLocalPostgres(options);
  running.add(server);
  return server;
}

/** Stops a server before the end of the test. */
export async function stop(server: LocalPostgres): Promise<void> {
  await server.stop();
  running.delete(server);
}

/** Starts the server of this folder from another process, which the test can then kill. */
export function startInOtherProcess(
  dataDir: string,
  kind: 'keep' | 'throw-away',
  env?: NodeJS.ProcessEnv,
) {
  const program = fileURLToPath(new URL('./start-and-wait.ts', import.meta.url));
  const caller = execa(process.execPath, ['--import', 'tsx', program, dataDir, kind], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    reject: false,
    detached: true,
    ...(env ? { env, extendEnv: false } : {}),
  });
  const lines = createInterface({ input: caller.stdout });
  async function firstLine(): Promise<{ url: string; pid: number }> {
    const [line] = await once(lines, 'line');
    return JSON.parse(String(line));
  }
  /** Does the same as Ctrl-C in a terminal: signals each process of the caller's process group. */
  async function interrupt(): Promise<void> {
    const received = once(lines, 'line');
    process.kill(-Number(caller.pid), 'SIGINT');
    await received;
  }
  return { ready: firstLine(), interrupt, kill: () => caller.kill('SIGKILL'), ended: caller };
}

/** Runs one query on a connection of its own. */
export async function query<Row>(
  url: string,
  run: (sql: postgres.Sql) => PromiseLike<Row>,
): Promise<Row> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
