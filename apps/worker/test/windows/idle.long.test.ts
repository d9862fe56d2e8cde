/* How much a worker without a job uses of a Windows host, by Linux' figures for its process. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listHostViews } from '@renderdeck/operations';
import { connect, type Store } from '@renderdeck/store/connect';
import { type TestDatabase, testDatabase } from '@renderdeck/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { describeOnWindows, installNativeStandIn } from '@renderdeck/wine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHostFolder } from '../../build/index.ts';

const TICKS_PER_SECOND = 100;
const LEASE_MS = 3000;
const TURNS = 6;

describeOnWindows('an idle worker on Windows', (wine) => {
  let database: TestDatabase;
  let store: Store;
  let main = '';
  beforeAll(async () => {
    database = await testDatabase();
    store = connect(database.url);
    const folder = await buildHostFolder({ target: 'win32-x64', into: wine.driveC });
    main = wine.toWindows(join(folder, 'worker.mjs'));
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });

  test('it reports its host, and uses little CPU and memory', async () => {
    const daemon = wine.start(wine.nodeExe, [main], {
      env: {
        DATABASE_URL: await database.urlAs('renderdeck_worker'),
        RENDERDECK_WORKER_NAME: 'idle',
        RENDERDECK_SCRATCH_ROOT: 'C:\\scratch',
        RENDERDECK_AERENDER: await installNativeStandIn(wine),
        RENDERDECK_LEASE_MS: String(LEASE_MS),
      },
    });
    const turns = async (count: number) => {
      let seen = await lastHeard();
      for (let turn = 0; turn < count; turn++)
        seen = await waitFor(
          async () => {
            const now = await lastHeard();
            return now !== seen && now;
          },
          { withinMs: 100_000, what: `turn ${turn} of the worker` },
        );
    };
    const lastHeard = async () => Number((await listHostViews(store.db))[0]?.lastHeardAt ?? 0);
    await turns(3);
    const before = await readUsage(daemon.pid);
    await turns(TURNS);
    const after = await readUsage(daemon.pid);
    const [host] = await listHostViews(store.db);
    process.kill(daemon.pid, 'SIGINT');
    await daemon.ended;
    // Usually 11 ms and 130 MB. A loop without a pause would use all of the free CPU.
    expect((after.cpuMs - before.cpuMs) / TURNS).toBeLessThan(60);
    expect(host).toMatchObject({ platform: 'win32 x64', container: 'jobObject', session: 1 });
    expect(Number(host?.bootedAt)).toBeLessThan(Number(host?.startedAt));
    expect(after.memoryBytes).toBeLessThan(400_000_000);
  });
});

async function readUsage(pid: number) {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'latin1');
  const fields = (await read('stat')).split(') ')[1]?.split(' ') ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await read('status'))?.[1];
  return { cpuMs: (ticks * 1000) / TICKS_PER_SECOND, memoryBytes: Number(kilobytes) * 1024 };
}
