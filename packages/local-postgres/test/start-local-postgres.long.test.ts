import { chmod, lstat, mkdir, readdir, readlink, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { eachTestFolder, query, start, startInOtherProcess, stop } from './test-servers.ts';

const isRoot = userInfo().uid === 0;
const folder = eachTestFolder();

describe('a first start', () => {
  it('gives an empty UTF-8 database on the loopback address, with a password', async () => {
    const server = await start({ dataDir: folder.dataDir });
    const [row] = await query(
      server.url(),
      (sql) => sql`
      SELECT current_database() AS database, current_setting('server_encoding') AS encoding,
        datlocale AS locale, current_setting('TimeZone') AS zone,
        current_setting('listen_addresses') AS addresses,
        current_setting('unix_socket_directories') AS sockets
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
    await expect(query(wrong.href, (sql) => sql`SELECT 1`)).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('keeps the password where only its owner can read it', async () => {
    await start({ dataDir: folder.dataDir });
    expect((await stat(join(folder.dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('needs no home and no locale, and ignores PG variables of the caller', async () => {
    const caller = startInOtherProcess(folder.dataDir, 'keep', {
      PATH: process.env.PATH,
      TMPDIR: tmpdir(),
      HOME: '',
      PGPORT: '1',
      PGDATA: '/nowhere',
      PGOPTIONS: '-c x',
    });
    const { url } = await caller.ready;
    const [row] = await query(
      url,
      (sql) =>
        sql`SELECT current_setting('server_encoding') AS encoding,
          current_setting('TimeZone') AS zone`,
    );
    expect(row).toEqual({ encoding: 'UTF8', zone: 'UTC' });
    caller.kill();
    await caller.ended;
    await start({ dataDir: folder.dataDir });
  });

  it('removes the incomplete data folder of a start that was killed', async () => {
    await mkdir(join(folder.dataDir, 'cluster.new', 'base'), { recursive: true });
    const server = await start({ dataDir: folder.dataDir });
    expect(server.pid).toBeGreaterThan(0);
    expect(await readdir(folder.dataDir)).toEqual(
      expect.not.arrayContaining(['cluster.new', 'cluster.password', 'start.lock']),
    );
  });

  it('by several callers at once gives one server', async () => {
    const callers = await Promise.all([
      start({ dataDir: folder.dataDir }),
      start({ dataDir: folder.dataDir }),
      start({ dataDir: folder.dataDir }),
    ]);
    expect(new Set(callers.map(({ pid }) => pid)).size).toBe(1);
    expect(callers.filter(({ reused }) => !reused)).toHaveLength(1);
  });

  it.runIf(isRoot)('by root runs as another user (needs root)', async () => {
    const server = await start({ dataDir: folder.dataDir });
    expect((await stat(`/proc/${server.pid}`)).uid).not.toBe(0);
  });

  it.runIf(isRoot)(
    'in a folder that only root may enter keeps data in /var/lib/renderdeck (needs root)',
    async () => {
      await chmod(folder.home, 0o700);
      const server = await start({ dataDir: folder.dataDir, throwAway: true });
      expect((await lstat(join(folder.dataDir, 'cluster'))).isSymbolicLink()).toBe(true);
      const place = dirname(await realpath(join(folder.dataDir, 'cluster')));
      expect(place).toMatch(/^\/var\/lib\/renderdeck\//);
      await query(server.url(), (sql) => sql`SELECT 1`);
      await stop(server);
      await expect(stat(place)).rejects.toThrow(/ENOENT/);
    },
  );

  it.runIf(isRoot)(
    'after a killed start uses the folder that it had reserved (needs root)',
    async () => {
      await chmod(folder.home, 0o700);
      const caller = startInOtherProcess(folder.dataDir, 'keep');
      const link = join(folder.dataDir, 'cluster.link');
      const reserved = await vi.waitFor(() => readlink(link), { timeout: 60_000, interval: 1 });
      caller.kill();
      await caller.ended;
      const server = await start({ dataDir: folder.dataDir });
      expect(await readlink(join(folder.dataDir, 'cluster'))).toBe(reserved);
      expect((await readdir(dirname(reserved))).sort()).toEqual(['cluster', 'server.log']);
      expect(await readdir(folder.dataDir)).not.toContain('cluster.link');
      await stop(server);
      await rm(dirname(reserved), { recursive: true });
    },
  );
});
