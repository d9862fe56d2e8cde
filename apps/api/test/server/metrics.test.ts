/*
 * Metrics: requests and reconnects are counted per process. Jobs, hosts, cancels and the audit
 * chain are counted for the whole farm, and every process shows the same.
 */
import { cancelJob } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';
import { readSamples } from './read-samples.ts';

const farm = farmOfFile();
const servers = [apiOfFile(farm), apiOfFile(farm)] as const;

test('each cancel counts once, by outcome and time, the same on every process', async () => {
  const run = async (title: string) => {
    const { job } = await farm.submit(title, 100);
    await farm.worker.claim();
    return job.id;
  };
  const [killed, finished, open] = [
    await run('Killed'),
    await run('Finished first'),
    await run('Open'),
  ];
  const { job: queued } = await farm.submit('Queued');
  await farm.worker.passGate(finished);
  for (const id of [killed, finished, open, queued.id])
    await cancelJob(farm.context, { id, reason: null });
  await cancelJob(farm.context, { id: killed, reason: 'again' });
  await farm.worker.acknowledge(killed);
  await farm.worker.complete(finished);
  const [{ asked = 0 } = {}] = await farm.sql<{ asked: number }[]>`
    SELECT sum(extract(epoch FROM a.confirmed_at - j.stop_requested_at) * 1000)::float8 AS asked
    FROM attempts a JOIN jobs j ON j.stop_attempt_id = a.id`;
  const [{ dead, clean } = {}] = await farm.sql`
    SELECT
      (stop_report->>'timeToDeadMs')::float8 AS dead,
      (removal_report->>'timeToCleanMs')::float8 AS clean
    FROM attempts WHERE job_id = ${killed}`;
  const expected = {
    'renderdeck_cancels{outcome="cancelled"}': 2,
    'renderdeck_cancels{outcome="cancelling"}': 1,
    'renderdeck_cancels{outcome="finishedFirst"}': 1,
    'renderdeck_cancels{outcome="unconfirmed"}': 0,
    'renderdeck_cancels{outcome="declared"}': 0,
  };
  for (const api of servers) {
    expect(await readSamples(api, /^renderdeck_cancels/)).toEqual(expected);
    const times = await readSamples(api, /^renderdeck_(time_to|ask_to)/);
    expect(times.renderdeck_ask_to_proof_seconds_count).toBe(2);
    expect(times['renderdeck_ask_to_proof_seconds_bucket{le="60"}']).toBe(2);
    expect(times.renderdeck_ask_to_proof_seconds_sum).toBeCloseTo(asked / 1000);
    expect(times.renderdeck_time_to_dead_seconds_count).toBe(2);
    expect(times['renderdeck_time_to_dead_seconds_bucket{le="+Inf"}']).toBe(2);
    expect(times['renderdeck_time_to_dead_seconds_bucket{le="60"}']).toBe(2);
    expect(times['renderdeck_time_to_clean_seconds_bucket{le="0.01"}']).toBe(2);
    expect(times.renderdeck_time_to_clean_seconds_sum).toBeCloseTo((2 * clean) / 1000);
    expect(times.renderdeck_time_to_dead_seconds_sum).toBeGreaterThanOrEqual(dead / 1000);
    expect(await readSamples(api, /^renderdeck_jobs/)).toMatchObject({
      'renderdeck_jobs{state="cancelling"}': 1,
      'renderdeck_jobs{state="queued"}': 0,
    });
  }
  await farm.worker.acknowledge(open);
  expect(await readSamples(servers[1], /^renderdeck_cancels/)).toMatchObject({
    'renderdeck_cancels{outcome="cancelled"}': 3,
    'renderdeck_cancels{outcome="cancelling"}': 0,
  });
});

test('each host counts in one state, and one that cannot render is not idle', async () => {
  const hosts = async () => {
    const [one, other] = await Promise.all(
      servers.map((api) => readSamples(api, /^renderdeck_hosts[{]/)),
    );
    expect(one).toEqual(other);
    return Object.fromEntries(
      Object.entries(one ?? {}).map(([name, count]) => [/"(\w+)"/.exec(name)?.[1], count]),
    );
  };
  const taking = { idle: 0, rendering: 0, draining: 0, drained: 0, ending: 0 };
  const none = { ...taking, problem: 0, silent: 0, stopped: 0 };
  expect(await hosts()).toEqual(none);
  for (const name of ['a', 'b', 'c', 'd']) await farm.signOn(`render-${name}`);
  expect(await hosts()).toEqual({ ...none, idle: 4 });
  await farm.sql`
    update render_hosts set last_heard_at = last_heard_at - interval '1 hour'
    where name = 'render-a'`;
  await farm.sql`update render_hosts set stopped_at = clock_timestamp() where name = 'render-b'`;
  await farm.sql`
    update render_hosts set problem = 'There is no aerender.' where name = 'render-c'`;
  expect(await hosts()).toEqual({ ...none, idle: 1, silent: 1, stopped: 1, problem: 1 });
  expect((await servers[0]?.send('vera', 'GET', '/api/hosts'))?.body).toMatchObject({
    hosts: expect.arrayContaining([
      expect.objectContaining({ name: 'render-c', state: 'problem' }),
    ]),
  });
});

test('each reconnect of the listener counts, on its own process', async () => {
  const reconnects = () =>
    Promise.all(
      servers.map(
        async (api) =>
          (await readSamples(api, /^renderdeck_listener_reconnects/))
            .renderdeck_listener_reconnects ?? 0,
      ),
    );
  const before = await reconnects();
  await farm.sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'test api: listen'`;
  await expect
    .poll(async () => (await reconnects()).map((count, index) => count > (before[index] ?? 0)))
    .toEqual([true, true]);
});

test('the metrics show no names and no addresses', async () => {
  const { status, body } = (await servers[0]?.send(null, 'GET', '/metrics')) ?? {};
  expect(status).toBe(200);
  expect(body).not.toMatch(/Killed|Queued|\bsam\b|\bada\b|-bot|render-|127\.0\.0\.1/);
});

test('the audit chain grows with each action', async () => {
  const length = async () =>
    (await readSamples(servers[0], /^renderdeck_audit_chain_length/))
      .renderdeck_audit_chain_length ?? 0;
  await expect.poll(length).toBeGreaterThan(0);
  const before = await length();
  await servers[0]?.send('sam', 'POST', '/api/jobs', {
    job: { template: { src: 'file:///a.aep', composition: 'main' } },
  });
  await expect.poll(length).toBeGreaterThan(before);
});

test('requests are counted by route, not by the path of the client', async () => {
  const [api] = servers;
  await api?.send('ada', 'GET', '/api/jobs/3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59');
  await api?.send('ada', 'GET', '/api/made-up');
  const routes = Object.keys(await readSamples(api, /^renderdeck_requests_total/));
  expect(routes).toContain(
    'renderdeck_requests_total{method="GET",route="/api/jobs/:id",status="404"}',
  );
  expect(routes.filter((route) => route.includes('made-up') || route.includes('3f2b8c1e'))).toEqual(
    [],
  );
});
