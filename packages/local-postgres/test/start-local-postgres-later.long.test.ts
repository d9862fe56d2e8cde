import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { startLocalPostgres } from '../src/index.ts';
import {
  copyStartedFarm,
  eachTestFolder,
  query,
  start,
  startInOtherProcess,
} from './test-servers.ts';

const isRoot = userInfo().uid === 0;
const folder = eachTestFolder();
copyStartedFarm(folder);

describe('a later start', () => {
  it('has the data of the earlier start', async () => {
    const first = await start({ dataDir: folder.dataDir });
    await query(first.url(), (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    await first.stop();
    const second = await start({ dataDir: folder.dataDir });
    expect(await query(second.url(), (sql) => sql`SELECT answer FROM kept`)).toEqual([
      { answer: 42 },
    ]);
    expect(second.reused).toBe(false);
  });

  it('reuses the live server of a caller that was killed', async () => {
    const caller = startInOtherProcess(folder.dataDir, 'keep');
    const { pid } = await caller.ready;
    caller.kill();
    await caller.ended;
    const server = await start({ dataDir: folder.dataDir });
    expect(server).toMatchObject({ pid, reused: true });
    await query(server.url(), (sql) => sql`SELECT 1`);
  });

  it('recovers the data of a server that was killed', async () => {
    const first = await start({ dataDir: folder.dataDir });
    await query(first.url(), (sql) => sql`CREATE TABLE kept AS SELECT 42 AS answer`);
    process.kill(first.pid, 'SIGKILL');
    const second = await start({ dataDir: folder.dataDir });
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url(), (sql) => sql`SELECT answer FROM kept`)).toEqual([
      { answer: 42 },
    ]);
  });

  it('works when another program now has the pid of the pid file', async () => {
    const first = await start({ dataDir: folder.dataDir });
    const file = join(folder.dataDir, 'cluster', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await first.stop();
    const { uid, gid } = await stat(file.replace('postmaster.pid', ''));
    const other = execa('sleep', ['60'], { uid, gid, cwd: '/', reject: false });
    await writeFile(file, [other.pid, ...lines.slice(1)].join('\n'));
    const second = await start({ dataDir: folder.dataDir });
    other.kill();
    expect(second.reused).toBe(false);
    await query(second.url(), (sql) => sql`SELECT 1`);
  });

  it.runIf(isRoot)('by root runs as the owner of the data folder (needs root)', async () => {
    await execa('chown', ['-R', '12345:12345', join(folder.dataDir, 'cluster')]);
    const server = await start({ dataDir: folder.dataDir });
    expect((await stat(`/proc/${server.pid}`)).uid).toBe(12345);
  });

  it('names the problem when the data folder is a link to a missing folder', async () => {
    await rm(join(folder.dataDir, 'cluster'), { recursive: true });
    await execa('ln', ['-s', join(folder.home, 'gone'), join(folder.dataDir, 'cluster')]);
    await expect(startLocalPostgres({ dataDir: folder.dataDir })).rejects.toThrow(
      /links to a data folder that is missing. Bring it back/,
    );
  });

  it('as a throw-away server is refused, because the folder holds data', async () => {
    await expect(startLocalPostgres({ dataDir: folder.dataDir, throwAway: true })).rejects.toThrow(
      /holds data, and a throw-away server would remove it/,
    );
  });
});
