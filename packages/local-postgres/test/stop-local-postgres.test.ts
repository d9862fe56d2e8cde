import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, it, vi } from 'vitest';
import { isPostmaster } from '../src/postmaster.ts';
import {
  copyStartedFarm,
  eachTestFolder,
  query,
  start,
  startInOtherProcess,
  stop,
} from './test-servers.ts';

const folder = eachTestFolder();

describe('stop', () => {
  copyStartedFarm(folder);

  it("ends the server while a client's statement runs; a second call is allowed", async () => {
    const server = await start({ dataDir: folder.dataDir });
    const client = postgres(server.url(), { max: 1, onnotice: () => {} });
    const ended = expect(client`SELECT pg_sleep(60)`).rejects.toThrow();
    await vi.waitFor(
      () =>
        query(
          server.url(),
          (sql) => sql`SELECT 1 / count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
        ),
      { timeout: 60_000 },
    );
    await server.stop();
    await ended;
    await client.end({ timeout: 0 });
    expect(await isPostmaster(server.pid, join(folder.dataDir, 'cluster'))).toBe(false);
    await server.stop();
  });
});

describe('a throw-away server', () => {
  it('ends after stop, and its folder is removed', async () => {
    const server = await start({ dataDir: folder.dataDir, throwAway: true });
    await stop(server);
    expect(await isPostmaster(server.pid, join(folder.dataDir, 'cluster'))).toBe(false);
    await expect(stat(folder.dataDir)).rejects.toThrow(/ENOENT/);
  });

  it('survives a Ctrl-C of its caller, ends with the caller, and leaves no folder', async () => {
    const caller = startInOtherProcess(folder.dataDir, 'throw-away');
    const { pid } = await caller.ready;
    await caller.interrupt();
    expect(await isPostmaster(pid, join(folder.dataDir, 'cluster'))).toBe(true);
    caller.kill();
    await vi.waitFor(
      async () => expect(await isPostmaster(pid, join(folder.dataDir, 'cluster'))).toBe(false),
      { timeout: 60_000 },
    );
    await vi.waitFor(async () => expect(await stat(folder.dataDir).catch(() => null)).toBeNull(), {
      timeout: 60_000,
    });
  });
});
