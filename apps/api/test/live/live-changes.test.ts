/*
 * Live changes: every client gets every change once, in whatever order transactions commit. This
 * holds over tRPC and over /api/events, on any server, and after any gap.
 */
import { once } from 'node:events';
import {
  type JobChangeEvent,
  jobChangeEventSchema,
  jobChangeSchema,
  type WireJobChange,
} from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { apiOfFile, farmOfFile, type TestApi } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
const other = apiOfFile(farm);

/** One event, or one change of an event. */
type Seen = { readonly id: string; readonly event: Exclude<JobChangeEvent, Changes> | Change };
type Changes = { readonly type: 'changes' };
type Change = WireJobChange & { readonly type: 'change' };
const plainEvent = z.union([
  jobChangeSchema.extend({ type: z.literal('change') }),
  jobChangeEventSchema,
]);

function noteIn(seen: Seen[], id: string, event: z.infer<typeof plainEvent>): void {
  if (event.type !== 'changes') seen.push({ id, event });
  else for (const change of event.changes) seen.push({ id, event: { type: 'change', ...change } });
}

/** Subscribes over tRPC. `seen` has the events so far, each with its cursor. */
async function followTrpc(of: TestApi, lastEventId?: string) {
  const { client, close } = of.trpcSocket('vera');
  const seen: Seen[] = [];
  const subscription = client.onJobChange.subscribe(
    lastEventId === undefined ? {} : { lastEventId },
    {
      onData: ({ id, data }) => noteIn(seen, id, jobChangeEventSchema.parse(data)),
    },
  );
  await expect.poll(() => seen.length, { timeout: 60_000 }).toBeGreaterThan(0);
  return {
    seen,
    async stop() {
      subscription.unsubscribe();
      await close();
    },
  };
}

/** Subscribes to /api/events. */
async function followPlain(of: TestApi, query = '') {
  const socket = of.socket('vera', `/api/events${query}`);
  const seen: Seen[] = [];
  socket.on('message', (data) => {
    const { cursor, ...event } = JSON.parse(String(data));
    noteIn(seen, cursor, plainEvent.parse(event));
  });
  await once(socket, 'message');
  return {
    seen,
    async stop() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

const changesOf = (seen: readonly Seen[], jobId: string) =>
  seen.flatMap(({ event }) =>
    event.type === 'change' && event.job.id === jobId ? [`${event.event} ${event.version}`] : [],
  );
const until = (seen: readonly Seen[], jobId: string, events: readonly string[]) =>
  expect.poll(() => changesOf(seen, jobId), { timeout: 60_000 }).toEqual(events);

test('a change reaches every client, over tRPC and /api/events, on both servers', async () => {
  const streams = await Promise.all([
    followTrpc(api),
    followPlain(api),
    followTrpc(other),
    followPlain(other),
  ]);
  for (const { seen } of streams)
    expect(seen[0]?.event).toMatchObject({ type: 'alive', gap: false });
  const { job } = await api
    .trpc('sam')
    .submitJob.mutate({ job: { template: { src: 'file:///a.aep', composition: 'main' } } });
  await other.trpc('ada').setPriority.mutate({ id: job.id, priority: 80 });
  await api.send('ada', 'DELETE', `/api/jobs/${job.id}`);
  for (const { seen } of streams)
    await until(seen, job.id, ['submit 1', 'setPriority 2', 'cancelQueued 3']);
  const [last] = streams.map(({ seen }) => seen.at(-1)?.event);
  expect(last).toMatchObject({
    previousStatus: 'QUEUED',
    actor: 'ada-bot',
    job: { status: 'CANCELLED', receipt: { outcome: 'cancelled' } },
  });
  for (const { stop } of streams) await stop();
});

test('a client that returns with its cursor gets every change once', async () => {
  const first = await followPlain(api);
  const { job } = await farm.submit('Comes back');
  await until(first.seen, job.id, ['submit 1']);
  const cursor = first.seen.at(-1)?.id ?? '';
  await first.stop();
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 71 });

  const again = await followPlain(other, `?cursor=${encodeURIComponent(cursor)}`);
  await until(again.seen, job.id, ['setPriority 2', 'setPriority 3']);
  const page = await followTrpc(api, cursor);
  await until(page.seen, job.id, ['setPriority 2', 'setPriority 3']);
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 72 });
  await until(again.seen, job.id, ['setPriority 2', 'setPriority 3', 'setPriority 4']);
  await until(page.seen, job.id, ['setPriority 2', 'setPriority 3', 'setPriority 4']);
  await again.stop();
  await page.stop();
});

test('a change that commits late is not missed', async () => {
  const stream = await followPlain(api);
  const late = await farm.submit('Late');
  await until(stream.seen, late.job.id, ['submit 1']);
  let commit: () => void = () => {};
  let slow: Promise<unknown> = Promise.resolve();
  await new Promise<void>((written, failed) => {
    const mayCommit = new Promise<void>((resolve) => {
      commit = resolve;
    });
    slow = farm.sql
      .begin(async (tx) => {
        await tx`
          INSERT INTO job_changes (job_id, version, event, status_before, status_after, actor)
          VALUES (${late.job.id}, 2, 'setPriority', 'QUEUED', 'QUEUED', 'slow')`;
        await tx`UPDATE jobs SET version = 2 WHERE id = ${late.job.id}`;
        written();
        await mayCommit;
      })
      .catch(failed);
  });
  const quick = await farm.submit('Quick');
  await until(stream.seen, quick.job.id, ['submit 1']);
  const cursor = stream.seen.at(-1)?.id ?? '';
  commit();
  await slow;
  await until(stream.seen, late.job.id, ['submit 1', 'setPriority 2']);
  const resumed = await followPlain(other, `?cursor=${encodeURIComponent(cursor)}`);
  await until(resumed.seen, late.job.id, ['setPriority 2']);
  expect(changesOf(resumed.seen, quick.job.id)).toEqual([]);
  await stream.stop();
  await resumed.stop();
});

test('progress reaches a client, and changes no version', async () => {
  const { job } = await farm.submit('Progress', 100);
  await farm.worker.claim();
  await farm.signOn();
  const stream = await followPlain(api);
  const gets = (expected: object) =>
    expect
      .poll(
        () => stream.seen.flatMap(({ event }) => (event.type === 'progress' ? event.jobs : [])),
        { timeout: 60_000 },
      )
      .toContainEqual({ id: job.id, timeLeftMs: null, endsAt: null, ...expected });
  const download = {
    ...{ direction: 'download' as const, files: 1, filesDone: 0, names: ['a (assets[0].src)'] },
    ...{ bytes: 1, totalBytes: 2, bytesPerSecond: null },
  };
  await farm.worker.progress(job.id, 0, download);
  const transfer = { ...download, timeLeftMs: null, reportedAt: expect.any(String) };
  await gets({ progress: 0, transfer });
  await farm.worker.progress(job.id, 0);
  await gets({ progress: 0, transfer: null });
  await farm.worker.progress(job.id, 37);
  await gets({ progress: 37, transfer: null });
  expect((await api.trpc('vera').getJob.query({ id: job.id })).job).toMatchObject({
    progress: 37,
    version: 2,
  });
  await stream.stop();
  await farm.worker.complete(job.id);
});
