/* What a supervisor reads, and what happens when PostgreSQL drops every connection. */
import { once } from 'node:events';
import type { AdminRouter } from '@renderdeck/contract/router';
import { readFarmTotals } from '@renderdeck/operations/extras';
import { aMoment } from '@renderdeck/testing/race';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { TRPCClientErrorLike } from '@trpc/client';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { health } from '../../src/plugins/health.ts';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

/** A statement fails while its connection is being lost, also if it was not sent yet. */
const submitAgain = (name: string) =>
  waitFor(() => farm.submit(name).catch(() => null), { what: 'a submission on a new connection' });

test('health, readiness and metrics are answered without a session', async () => {
  expect(await api.send(null, 'GET', '/healthz')).toMatchObject({
    status: 200,
    body: { status: 'ok' },
  });
  expect(await api.send(null, 'GET', '/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ok' },
  });
  await farm.submit();
  const { status, headers, body } = await api.send(null, 'GET', '/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/plain/);
  expect(body).toContain('renderdeck_jobs{state="queued"} 1');
  expect(body).toContain('renderdeck_hosts{state="idle"} 0');
  expect(body).toContain('renderdeck_listener_reconnects 0');
  expect(body).toContain('renderdeck_requests_total{method="GET",route="/healthz",status="200"}');
});

test('many requests at once look at the database once', async () => {
  const server = fastify();
  const moment = aMoment();
  let [checks, reads, requests] = [0, 0, 0];
  server.addHook('preHandler', async () => {
    requests += 1;
  });
  await server.register(health, {
    async problem() {
      checks += 1;
      await moment.come;
      return null;
    },
    async totals(boundsMs) {
      reads += 1;
      await moment.come;
      return await readFarmTotals({ db: farm.db }, { boundsMs });
    },
    warning: async () => null,
    reconnects: () => 0,
    givenUp: () => 0,
  });
  const paths = ['/readyz', '/metrics'];
  const answers = Array.from({ length: 40 }, (_, at) => server.inject(paths[at % 2] ?? ''));
  await expect.poll(() => requests).toBe(answers.length);
  moment.now();
  expect(new Set((await Promise.all(answers)).map(({ statusCode }) => statusCode))).toEqual(
    new Set([200]),
  );
  expect([checks, reads]).toEqual([1, 1]);
  for (const path of paths) await server.inject(path);
  expect([checks, reads]).toEqual([2, 2]);
  await server.close();
});

test('after PostgreSQL drops all connections the API and its streams go on', async () => {
  const stream = api.socket('vera', '/api/events');
  const frames: string[] = [];
  stream.on('message', (data) => frames.push(String(data)));
  await once(stream, 'message');
  await farm.sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  const { job } = await submitAgain('After the restart');
  await expect.poll(async () => (await api.send('vera', 'GET', '/api/jobs')).status).toBe(200);
  await expect.poll(() => frames.some((frame) => frame.includes(job.id))).toBe(true);
  await expect.poll(async () => (await api.send(null, 'GET', '/readyz')).status).toBe(200);
  // Later changes arrive too, by a notification or by the next poll.
  const next = await farm.submit('After the first');
  await expect.poll(() => frames.some((frame) => frame.includes(next.job.id))).toBe(true);
  stream.close();
  await once(stream, 'close');
});

test('without a database streams end as unavailable, and only /healthz is 200', async () => {
  const { job } = await farm.submit('Log');
  const frames: string[] = [];
  const stream = api.socket('vera', '/api/events');
  stream.on('message', (data) => frames.push(String(data)));
  await once(stream, 'message');
  const { client, close } = api.trpcSocket('vera');
  const problems: unknown[] = [];
  const started = new Set<string>();
  const follow = (name: string) => ({
    onData: () => started.add(name),
    onError: ({ data }: TRPCClientErrorLike<AdminRouter>) =>
      problems.push([name, data?.problem.code, data?.problem.facts]),
  });
  client.onJobChange.subscribe({}, follow('jobs'));
  client.onHostChange.subscribe(undefined, {
    ...follow('hosts'),
    onStarted: () => started.add('hosts'),
  });
  client.onAttemptLog.subscribe(
    { id: job.id },
    { ...follow('log'), onStarted: () => started.add('log') },
  );
  await expect.poll(() => started.size).toBe(3);

  const [{ name } = { name: '' }] = await farm.sql`SELECT current_database() AS name`;
  const admin = farm.sqlOf('postgres');
  await admin`ALTER DATABASE ${admin(name)} ALLOW_CONNECTIONS false`;
  const closed = once(stream, 'close');
  await admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`;
  expect(await closed).toEqual([1013, Buffer.from('unavailable')]);
  const away = ['unavailable', { retryAfterSeconds: 5 }];
  await expect
    .poll(() => problems.toSorted())
    .toEqual(['hosts', 'jobs', 'log'].map((what) => [what, ...away]));
  await close();
  const shut = { detail: expect.stringMatching(/^The database does not let this program in;/) };
  await expect
    .poll(() => api.send(null, 'GET', '/readyz'))
    .toMatchObject({ status: 503, body: shut });
  expect(await api.send(null, 'GET', '/healthz')).toMatchObject({ status: 200 });
  const unavailable = { status: 503, body: { code: 'unavailable' } };
  expect(await api.send('vera', 'GET', '/api/jobs')).toMatchObject(unavailable);
  await admin`ALTER DATABASE ${admin(name)} ALLOW_CONNECTIONS true`;
  await admin.end();

  const missed = await submitAgain('Missed');
  const { cursor } = JSON.parse(frames.at(-1) ?? '');
  const again = api.socket('vera', `/api/events?cursor=${encodeURIComponent(cursor)}`);
  const resumed: string[] = [];
  again.on('message', (data) => resumed.push(String(data)));
  again.on('error', () => undefined);
  await expect.poll(() => resumed.some((frame) => frame.includes(missed.job.id))).toBe(true);
  expect(resumed[0]).toContain('"gap":false');
  again.close();
  await once(again, 'close');
});
