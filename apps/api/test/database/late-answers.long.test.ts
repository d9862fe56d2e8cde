/*
 * A request whose answer does not begin in time is refused. An answer that has begun goes on, and
 * a call that may wait for a host has that time on top.
 */
import { once } from 'node:events';
import { recordHostCheck } from '@renderdeck/operations';
import { aWorker, recordLog } from '@renderdeck/operations/testing';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { holdTable } from './hold-table.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { answerMs: 3000 });

/** Returns when a request that came after the earlier ones was refused as late. */
async function passLimit(): Promise<void> {
  const release = await holdTable(farm, 'webhook_deliveries');
  expect((await api.send('ada', 'GET', '/api/webhook-deliveries')).status).toBe(503);
  await release();
}

const CALLS = [
  ['GET', '/api/jobs', 'unavailable'],
  ['POST', '/api/jobs', 'outcome_unknown'],
  ['GET', '/trpc/listJobs?input=%7B%7D', 'unavailable'],
  ['POST', '/trpc/submitJob', 'outcome_unknown'],
] as const;

test('reads and writes without an answer are 503, and late answers do no harm', async () => {
  const release = await holdTable(farm, 'jobs');
  await Promise.all(
    CALLS.map(async ([method, path, code]) => {
      const input = method === 'POST' ? { job: NEXRENDER_JOB } : undefined;
      const { status, headers, body } = await api.send('ada', method, path, input);
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      const problem = { code };
      expect(body).toMatchObject(
        path.startsWith('/api') ? problem : { error: { data: { problem } } },
      );
    }),
  );
  await release();
  const countJobs = () => farm.sql`SELECT count(*)::int AS n FROM jobs`;
  await expect.poll(countJobs, { timeout: 30_000 }).toMatchObject([{ n: 2 }]);
  expect((await api.send('ada', 'GET', '/api/jobs')).status).toBe(200);
});

test('live streams go on after the limit', async () => {
  const { job } = await farm.submit('Printing', 100);
  const { attemptId } = await farm.worker.claim();
  const log = await openEvents(`/api/jobs/${job.id}/attempts/1/log`);
  const changes = await openEvents('/trpc/onJobChange?input=%7B%7D');
  const socket = api.socket('vera', '/api/events');
  await once(socket, 'message');
  await passLimit();
  const lines = ['printed after the limit'];
  await recordLog(farm.worker.context, {
    attemptId,
    chunks: [{ seq: 1, stream: 'aerender', lines }],
  });
  await log.readUntil('printed after the limit');
  const frames: string[] = [];
  socket.on('message', (data) => frames.push(String(data)));
  await farm.worker.complete(job.id);
  await changes.readUntil('COMPLETED');
  // Other frames say that the stream is alive.
  await expect.poll(() => frames.join(), { timeout: 30_000 }).toContain(job.id);
  await changes.close();
  socket.terminate();
});

test('a cancel and a check of a host may wait longer, and are answered', async () => {
  const { job } = await farm.submit('Runs', 100);
  await farm.worker.claim();
  await farm.signOn('ae-03');
  const cancels = [
    api.send('ada', 'DELETE', `/api/jobs/${job.id}?waitMs=60000`),
    api.trpc('ada').cancelJob.mutate({ id: job.id, waitMs: 60_000 }),
  ] as const;
  const checks = [
    api.send('ada', 'POST', '/api/hosts/ae-03/check', { waitMs: 300_000 }),
    api.trpc('ada').checkHost.mutate({ name: 'ae-03', waitMs: 300_000 }),
  ] as const;
  const countAsked = () => farm.sql`
    SELECT count(*)::int AS n FROM audit_log WHERE action IN ('cancelJob', 'checkHost')`;
  await expect.poll(countAsked, { timeout: 30_000 }).toMatchObject([{ n: 4 }]);
  await passLimit();
  await farm.worker.acknowledge(job.id);
  await answerCheck('ae-03');
  const receipt = { outcome: 'cancelled' };
  expect(await cancels[0]).toMatchObject({ status: 200, body: { receipt } });
  expect(await cancels[1]).toMatchObject({ receipt });
  expect(await checks[0]).toMatchObject({ status: 200, body: { finished: true } });
  expect(await checks[1]).toMatchObject({ finished: true });
});

/** Server-sent events that have begun. */
async function openEvents(path: string) {
  const answer = await fetch(`${api.url}${path}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${farm.secretOf('vera')}` },
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error(`${path} has no body.`);
  await reader.read();
  return {
    async readUntil(part: string): Promise<void> {
      for (let text = ''; !text.includes(part); ) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`${path} ended before ${part}: ${text}`);
        text += value;
      }
    },
    close: () => reader.cancel(),
  };
}

/** The host has checked itself, and answers who asked it. */
async function answerCheck(host: string): Promise<void> {
  const [row] = await farm.sql`
    SELECT worker_id FROM render_hosts WHERE name = ${host}`;
  await recordHostCheck(
    { ...aWorker(farm.db, host), workerId: String(row?.worker_id) },
    { items: [], ranMs: 1, askedAt: new Date() },
  );
}
