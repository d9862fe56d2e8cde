import { once } from 'node:events';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalPostgres, type LocalPostgresOptions, startLocalPostgres } from '../src/index.ts';
import { isPostmaster } from '../src/postmaster.ts';

const isRoot = userInfo().uid === 0;
const running = new Set<LocalPostgres>();
let home: string;
let dataDir: string;

/** A farm that was started once and stopped: making the data folder anew takes seconds when both cores are busy. */
let seed: string;
beforeAll(async () => {
  seed = await mkdtemp(join(tmpdir(), 'local postgres seed '));
  await chmod(seed, 0o711);
  const server = await startLocalPostgres({ dataDir: join(seed, 'farm') });
  await server.stop();
});
afterAll(() => rm(seed, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'local postgres '));
  await chmod(home, 0o711);
  dataDir = join(home, 'farm');
});

afterEach(async () => {
  for (const server of running) await server.stop();
  running.clear();
  await rm(home, { recursive: true, force: true });
});

describe('a first start', () => {
  it('gives an empty UTF-8 database under a path with spaces, on the loopback address only, to whoever knows the password', async () => {
    const server = await start({ dataDir });
    const [row] = await ask(
      server.url(),
      (sql) => sql`
      SELECT current_database() AS database, current_setting('server_encoding') AS encoding, datlocale AS locale, current_setting('TimeZone') AS zone,
        current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets
      FROM pg_database WHERE datname = current_database()`,
    );
    expect(row).toEqual({
      database: 'renderdeck',
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      zone: 'UTC',
      addresses: '127.0.0.1',
      sockets: '',
    });
    expect(server.reused).toBe(false);

    const wrong = new URL(server.url());
    wrong.password = 'guessed';
    await expect(ask(wrong.href, (sql) => sql`SELECT 1`)).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('keeps the password where only its owner can read it', async () => {
    await start({ dataDir });
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('needs no home, no locale, and is not misled by PG variables of the caller', async () => {
    const caller = startElsewhere('keep', {
      PATH: process.env.PATH,
      TMPDIR: tmpdir(),
      HOME: '',
      PGPORT: '1',
      PGDATA: '/nowhere',
      PGOPTIONS: '-c x',
    });
    const { url } = await caller.ready;
    const [row] = await ask(
      url,
      (sql) =>
        sql`SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone`,
    );
    expect(row).toEqual({ encoding: 'UTF8', zone: 'UTC' });
    caller.kill();
    await caller.ended;
    await start({ dataDir });
  });

  it('throws away what a start that was killed had half made', async () => {
    await mkdir(join(dataDir, 'cluster.new', 'base'), { recursive: true });
    const server = await start({ dataDir });
    expect(server.pid).toBeGreaterThan(0);
    expect(await readdir(dataDir)).toEqual(
      expect.not.arrayContaining(['cluster.new', 'cluster.password', 'start.lock']),
    );
  });

  it('made by two callers at once ends with one server', async () => {
    const callers = await Promise.all([start({ dataDir }), start({ dataDir }), start({ dataDir })]);
    expect(new Set(callers.map(({ pid }) => pid)).size).toBe(1);
    expect(callers.filter(({ reused }) => !reused)).toHaveLength(1);
  });

  it.runIf(isRoot)('by root runs as another user (needs root)', async () => {
    const server = await start({ dataDir });
    expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0);
  });

  it.runIf(isRoot)(
    'by root below a folder nobody else may enter keeps its data in /var/lib/renderdeck (needs root)',
    async () => {
      await chmod(home, 0o700);
      const server = await start({ dataDir, throwAway: true });
      expect((await lstat(join(dataDir, 'cluster'))).isSymbolicLink()).toBe(true);
      const place = dirname(await realpath(join(dataDir, 'cluster')));
      expect(place).toMatch(/^\/var\/lib\/renderdeck\//);
      await ask(server.url(), (sql) => sql`SELECT 1`);
      await server.stop();
      running.clear();
      await expect(stat(place)).rejects.toThrow(/ENOENT/);
    },
  );
});

describe('a later start', () => {
  beforeEach(copySeed);

  it('finds the data of the one before', async () => {
    const first = await start({ dataDir });
    await ask(first.url(), (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    await first.stop();
    const second = await start({ dataDir });
    expect(await ask(second.url(), (sql) => sql`SELECT answer FROM kept`)).toEqual([
      { answer: 42 },
    ]);
    expect(second.reused).toBe(false);
  });

  it('takes over the live server of a caller that was killed', async () => {
    const caller = startElsewhere('keep');
    const { pid } = await caller.ready;
    caller.kill();
    await caller.ended;
    const server = await start({ dataDir });
    expect(server).toMatchObject({ pid, reused: true });
    await ask(server.url(), (sql) => sql`SELECT 1`);
  });

  it('recovers the data of a server that was killed', async () => {
    const first = await start({ dataDir });
    await ask(first.url(), (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    process.kill(first.pid, 'SIGKILL');
    const second = await start({ dataDir });
    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second.url(), (sql) => sql`SELECT answer FROM kept`)).toEqual([
      { answer: 42 },
    ]);
  });

  it('is not stopped by a pid file whose pid now belongs to another program', async () => {
    const first = await start({ dataDir });
    const file = join(dataDir, 'cluster', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await first.stop();
    const { uid, gid } = await stat(file.replace('postmaster.pid', ''));
    const other = execa('sleep', ['60'], { uid, gid, cwd: '/', reject: false });
    await writeFile(file, [other.pid, ...lines.slice(1)].join('\n'));
    const second = await start({ dataDir });
    other.kill();
    expect(second.reused).toBe(false);
    await ask(second.url(), (sql) => sql`SELECT 1`);
  });

  it.runIf(isRoot)(
    'by root of a farm that another user had made runs as that user (needs root)',
    async () => {
      await execa('chown', ['-R', '12345:12345', join(dataDir, 'cluster')]);
      const server = await start({ dataDir });
      expect((await stat(`/proc/${server.pid}`)).uid).toBe(12345);
    },
  );

  it('says what is missing when the data folder was a link and its target is gone', async () => {
    await rm(join(dataDir, 'cluster'), { recursive: true });
    await execa('ln', ['-s', join(home, 'gone'), join(dataDir, 'cluster')]);
    await expect(startLocalPostgres({ dataDir })).rejects.toThrow(
      /links to a data folder that is missing. Bring it back/,
    );
  });
});

describe('stop', () => {
  beforeEach(copySeed);

  it("ends the server although a client's statement is running, and can be asked twice", async () => {
    const server = await start({ dataDir });
    const client = postgres(server.url(), { max: 1, onnotice: () => {} });
    const ended = expect(client`SELECT pg_sleep(60)`).rejects.toThrow();
    await vi.waitFor(() =>
      ask(
        server.url(),
        (sql) => sql`SELECT 1 / count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
      ),
    );
    await server.stop();
    await ended;
    await client.end({ timeout: 0 });
    expect(await isPostmaster(server.pid, join(dataDir, 'cluster'))).toBe(false);
    await server.stop();
  });
});

describe('a throw-away server', () => {
  it('is gone with its folder after stop', async () => {
    const server = await start({ dataDir, throwAway: true });
    await server.stop();
    running.clear();
    expect(await isPostmaster(server.pid, join(dataDir, 'cluster'))).toBe(false);
    await expect(stat(dataDir)).rejects.toThrow(/ENOENT/);
  });

  it('is gone with its folder when its caller is killed', async () => {
    const caller = startElsewhere('throw-away');
    const { pid } = await caller.ready;
    caller.kill();
    await vi.waitFor(
      async () => expect(await isPostmaster(pid, join(dataDir, 'cluster'))).toBe(false),
      { timeout: 10_000 },
    );
    await vi.waitFor(async () => expect(await stat(dataDir).catch(() => null)).toBeNull(), {
      timeout: 10_000,
    });
  });

  it('outlives a Ctrl-C at the terminal of its caller, and is gone when the caller is', async () => {
    const caller = startElsewhere('throw-away');
    const { pid } = await caller.ready;
    await caller.interrupt();
    expect(await isPostmaster(pid, join(dataDir, 'cluster'))).toBe(true);
    caller.kill();
    await vi.waitFor(
      async () => expect(await isPostmaster(pid, join(dataDir, 'cluster'))).toBe(false),
      { timeout: 10_000 },
    );
  });

  it('refuses a folder that holds data', async () => {
    const server = await start({ dataDir });
    await server.stop();
    await expect(startLocalPostgres({ dataDir, throwAway: true })).rejects.toThrow(
      /holds data, and a throw-away server would remove it/,
    );
  });
});

async function copySeed(): Promise<void> {
  await execa('cp', ['-a', join(seed, 'farm'), dataDir]);
}

async function start(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const server = await startLocalPostgres(options);
  running.add(server);
  return server;
}

/** The same start by another process, which can be killed. */
function startElsewhere(kind: 'keep' | 'throw-away', env?: NodeJS.ProcessEnv) {
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
  /** What a terminal does at Ctrl-C: the signal reaches the caller and all that share its process group. */
  async function interrupt(): Promise<void> {
    const answered = once(lines, 'line');
    process.kill(-Number(caller.pid), 'SIGINT');
    await answered;
  }
  return { ready: firstLine(), interrupt, kill: () => caller.kill('SIGKILL'), ended: caller };
}

async function ask<Row>(
  url: string,
  question: (sql: postgres.Sql) => PromiseLike<Row>,
): Promise<Row> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    return await question(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
