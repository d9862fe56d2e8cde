/*
 * Few workers watch the leases of all hosts. They die all at once, while no API reaches the
 * database. Then a worker that did not watch takes over, within a lease, and recovers their jobs.
 */
import { LEASE_WATCHERS } from '@renderdeck/domain';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { WorkerUnderTest } from '@renderdeck/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { farmOfFile } from './farm/farm-of-file.ts';

const HOSTS = Array.from({ length: LEASE_WATCHERS + 1 }, (_, index) => `host-${index + 1}`);

let lineOfApi: DatabaseProxy;
afterAll(() => lineOfApi.close());
const farm = farmOfFile(
  { RENDERDECK_LOG_LEVEL: 'debug' },
  {
    async through(databaseUrl) {
      lineOfApi = await startDatabaseProxy(databaseUrl);
      return lineOfApi.url;
    },
  },
);
const workers = new Map<string, WorkerUnderTest>();
beforeAll(async () => {
  for (const host of HOSTS) workers.set(host, await farm.startWorker(host));
});

const watches = (host: string) => {
  const told =
    workers
      .get(host)
      ?.said()
      .match(/"watches":(true|false)/g) ?? [];
  return told.at(-1)?.endsWith('true') ?? false;
};

test('if all workers that watch die, another one watches and recovers their jobs', async () => {
  const rows = await farm.sql<{ name: string }[]>`select name from render_hosts order by worker_id`;
  const names = rows.map(({ name }) => name);
  const [first, last] = [names.slice(0, LEASE_WATCHERS), names.slice(LEASE_WATCHERS)];
  await waitFor(() => first.every(watches) && !last.some(watches), {
    what: 'the first workers to watch, and no other',
  });
  const jobs = [];
  for (const _ of HOSTS) jobs.push(await farm.submit({ held: true }));
  const hostOf = new Map<string, string>();
  for (const { id } of jobs) hostOf.set(id, (await farm.untilPhase(id, 'rendering')).host);
  expect(new Set(hostOf.values())).toEqual(new Set(HOSTS));

  lineOfApi.cut();
  for (const name of first) await workers.get(name)?.kill();
  await Promise.all(first.map(farm.endLease));
  await waitFor(() => last.every(watches), { what: 'the last worker to watch' });
  for (const { id } of jobs) {
    if (last.includes(hostOf.get(id) ?? '')) continue;
    await waitFor(async () => (await farm.readJob(id)).view.job.status === 'QUEUED');
    const changes = await farm.sql`
      select actor from job_changes
      where job_id = ${id} and status_after = 'QUEUED' and version > 1`;
    expect(changes).toEqual([{ actor: last[0] }]);
  }

  lineOfApi.restore();
  for (const name of first) await farm.startWorker(name);
  for (const job of jobs) await job.release();
  for (const { id } of jobs) await farm.until(id, 'COMPLETED');
});
