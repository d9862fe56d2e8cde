/*
 * What a farm of real programs notifies: an idle one nothing, whatever its hosts report and its
 * pages follow. A render notifies only of the new job, a stop only its worker and the API that
 * waits. The test listens on every channel of this version and of earlier ones.
 */
import { createClient } from '@renderdeck/client';
import { workerChannel } from '@renderdeck/operations';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const HOSTS = ['one', 'two'] as const;
const BEATS = 4;
const CHANNELS = ['jobs', 'queue', 'hosts', 'access', 'logs', 'webhooks'];

const farm = farmOfFile();
const heard: string[] = [];
let page: ReturnType<typeof createClient>;
const seen = { jobs: new Set<string>(), hosts: new Set<string>() };

beforeAll(async () => {
  for (const host of HOSTS) await farm.startWorker(host);
  const workers = await farm.sql<{ name: string; id: string }[]>`
    select name, worker_id as id from render_hosts`;
  const listen = (channel: string, name: string) =>
    farm.sql.listen(channel, (payload) => void heard.push(`${name} ${payload}`.trim()));
  for (const name of [...CHANNELS, 'mark']) await listen(`renderdeck_${name}`, name);
  for (const { name, id } of workers) await listen(workerChannel(id), name);
  page = createClient({ url: farm.url, token: farm.token, callsOver: 'socket' });
  page.api.onJobChange.subscribe(
    {},
    {
      onData({ data }) {
        if (data.type === 'changes') for (const { job } of data.changes) seen.jobs.add(job.status);
      },
    },
  );
  page.api.onHostChange.subscribe(undefined, { onData: ({ name }) => void seen.hosts.add(name) });
  await waitFor(() => seen.hosts.size === HOSTS.length, { what: 'the hosts on the page' });
});
afterAll(async () => {
  await page.close();
});

/** What was heard so far. A notification of the test, which must be heard, marks the end. */
async function heardSoFar(): Promise<string[]> {
  await farm.sql`select pg_notify('renderdeck_mark', '')`;
  await waitFor(() => heard.includes('mark'), { what: 'the notification of this test' });
  return heard.splice(0).filter((one) => one !== 'mark');
}

/** Resolves after so many more heartbeats of each host. */
async function untilBeats(beats: number): Promise<void> {
  const times = new Map(HOSTS.map((host) => [host as string, new Set<string>()]));
  await waitFor(
    async () => {
      for (const { name, at } of await farm.sql<{ name: string; at: string }[]>`
        select name, last_heard_at::text as at from render_hosts`)
        times.get(name)?.add(at);
      return [...times.values()].every(({ size }) => size > beats);
    },
    { what: 'heartbeats', withinMs: 120_000 },
  );
}

test('an idle farm with a page that follows sends no notification', async () => {
  await heardSoFar();
  await untilBeats(BEATS);
  expect(await heardSoFar()).toEqual([]);
});

test('a render notifies idle hosts of the job, and of nothing else', async () => {
  const { id } = await farm.submit();
  await farm.until(id, 'COMPLETED');
  await expect.poll(() => seen.jobs, { timeout: 60_000 }).toContain('COMPLETED');
  const told = await heardSoFar();
  expect(told[0]).toMatch(/^queue waits /);
  // The host that did not get the job may have told that none waits any more. On a machine that is
  // very busy, the job may have lost its lease and waited again.
  expect(told.filter((one) => !one.startsWith('queue '))).toEqual([]);
});

test('a stop notifies its host and the API that waits, and of nothing else', async () => {
  const { id } = await farm.submit({ project: { frames: 3000, frameMs: 20 } });
  await farm.untilPhase(id, 'rendering');
  await heardSoFar();
  const { receipt } = await page.api.cancelJob.mutate({ id, waitMs: 60_000 });
  expect(receipt.outcome).toBe('cancelled');
  const [attempt] = await farm.sql<{ id: string; host: string }[]>`
    select id, host from attempts where job_id = ${id}`;
  expect(await heardSoFar()).toEqual([`${attempt?.host} ${attempt?.id}`, `jobs ${id}`]);
});
