/*
 * Which job a host gets next. When a worker ends an attempt and would claim another job anyway, it
 * does both in one transaction. A job with a tag waits for a host that offers the tag.
 */
import { rename } from 'node:fs/promises';
import { copyTo, type Submitted } from '@renderdeck/standalone/testing';
import { writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile();

/**
 * Returns the event that ended `ended` in the transaction of this claim. Null if the transaction
 * only claimed.
 */
async function endedWith(claimed: { readonly id: string }, ended: { readonly id: string }) {
  const [row] = await farm.sql<{ event: string }[]>`
    select e.event from job_changes c join job_changes e on e.xid = c.xid and e.id < c.id
    where c.job_id = ${claimed.id} and c.event = 'claim' and e.job_id = ${ended.id}`;
  return row?.event ?? null;
}

const WAITS = 'No host offers: c4d. The job waits, and its position counts the whole queue.';

test('the end of each render claims the next job, and each job has its output', async () => {
  const jobs = [await farm.submit(), await farm.submit(), await farm.submit()] as const;
  const failing = await farm.submit({ project: { compositions: ['other'] }, priority: 60 });
  await farm.startWorker();
  for (const { id } of jobs) await farm.until(id, 'COMPLETED');
  const [first, second, third] = jobs;
  expect([
    await endedWith(first, failing),
    await endedWith(second, first),
    await endedWith(third, second),
  ]).toEqual(['fail', 'complete', 'complete']);
  for (const { id } of jobs) {
    const { view, attempts } = await farm.readJob(id);
    expect(view.job).toMatchObject({ output: 'published', attempts: 1 });
    expect(attempts).toMatchObject([{ outcome: 'completed', confirmedAt: expect.any(Date) }]);
  }
});

test('a drained host ends its render and takes no job until it may again', async () => {
  const drained = await farm.startWorker();
  const running = await farm.submit({ held: true });
  await farm.untilPhase(running.id, 'rendering');
  const waits = await farm.submit();
  const change = async (act: 'drain' | 'resume', body = {}) => {
    const { status, body: answer } = await farm.send('POST', `/hosts/one/${act}`, body);
    expect({ status, answer }).toMatchObject({ status: 200, answer: { changed: true } });
  };
  await change('drain', { reason: 'New disk.' });
  await farm.untilHost('one', 'draining', ({ state }) => state === 'draining');
  // The daemon has heard of it: its log tells who and why.
  await waitFor(() => drained.said().includes('this host is drained: '), { what: 'its log' });
  await running.release();
  await farm.until(running.id, 'COMPLETED');
  await farm.untilHost('one', 'drained', ({ state }) => state === 'drained');
  // A restart ends no drain: the new daemon hears of it with its first heartbeat.
  expect(await drained.end()).toEqual({ code: 0, signal: null });
  const again = await farm.startWorker();
  await waitFor(() => again.said().includes('this host is drained: '), { what: 'its log' });
  const { view } = await farm.readJob(waits.id);
  expect(view).toMatchObject({ job: { status: 'QUEUED' }, drainedHosts: ['one'] });
  await change('resume');
  await farm.until(waits.id, 'COMPLETED');
  expect(await endedWith(waits, running)).toBeNull();
});

test('the acknowledgement of a cancel claims the next job for the slot', async () => {
  await farm.startWorker();
  const running = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  await farm.untilPhase(running.id, 'rendering');
  const next = await farm.submit();
  expect((await farm.cancel(running.id, '?waitMs=20000')).receipt).toMatchObject({
    ...{ outcome: 'cancelled', survivors: [] },
  });
  await farm.until(next.id, 'COMPLETED');
  expect(await endedWith(next, running)).toBe('acknowledgeStop');
});

test('a host that may take no job ends its current job and claims none', async () => {
  await farm.startWorker();
  const { RENDERDECK_AERENDER: aerender = '' } = farm.settingsOf('one');
  const running = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  await farm.untilPhase(running.id, 'rendering');
  const next = await farm.submit();
  await rename(aerender, `${aerender}-away`);
  await farm.cancel(running.id, '?waitMs=20000');
  await farm.untilHost('one', 'with a problem', ({ problem }) => problem !== null);
  expect((await farm.readJob(next.id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
  await rename(`${aerender}-away`, aerender);
  await farm.until(next.id, 'COMPLETED');
  expect(await endedWith(next, running)).toBeNull();
});

test('a draining worker ends the job that publishes and claims none', async () => {
  const { module, hold } = await writeHoldAction(farm.folders.assets);
  const held = hold();
  const worker = await farm.startWorker('one', {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${module}`,
  });
  const publishing = await farm.submit({
    actions: (output) => ({ postrender: [copyTo(output), held.action] }),
  });
  await waitFor(held.isHeld, { what: 'the job to be published' });
  const next = await farm.submit();
  worker.signal('SIGTERM');
  await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
  await held.release();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect((await farm.readJob(publishing.id)).view.job.status).toBe('COMPLETED');
  expect((await farm.readJob(next.id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
  await farm.cancel(next.id);
});

const submitTagged = () => farm.submit({ change: (job) => ({ ...job, tags: 'c4d' }) });
const whyWaits = async ({ id }: Submitted) => {
  const { status, position, noHostOffers, warnings } = (await farm.show(id)).job;
  return { status, position, noHostOffers, warnings };
};
const waits = { status: 'QUEUED', position: 1, noHostOffers: ['c4d'], warnings: [WAITS] };
const hostsOf = async ({ id }: Submitted) =>
  (await farm.readJob(id)).attempts.map(({ host }) => host);

test('a tagged job waits for a host that offers its tag; other jobs go to any host', async () => {
  await farm.startWorker('plain');
  const tagged = await submitTagged();
  expect(tagged).toMatchObject(waits);
  const behind = await farm.submit();
  await farm.until(behind.id, 'COMPLETED');
  expect(await whyWaits(tagged)).toEqual(waits);

  await farm.startWorker('able', { RENDERDECK_TAGS: 'ae24,c4d' });
  await farm.until(tagged.id, 'COMPLETED');
  expect(await hostsOf(tagged)).toEqual(['able']);

  const both = [await farm.submit({ project: SLOW }), await farm.submit({ project: SLOW })];
  for (const { id } of both) await farm.untilPhase(id, 'rendering');
  expect((await Promise.all(both.map(hostsOf))).flat().sort()).toEqual(['able', 'plain']);
  // Both hosts are busy, but one of them offers the tag, so the job has no warning.
  const next = await submitTagged();
  expect(await whyWaits(next)).toEqual({ ...waits, noHostOffers: null, warnings: [] });
  for (const { id } of both) await farm.cancel(id);
  await farm.until(next.id, 'COMPLETED');
  expect(await hostsOf(next)).toEqual(['able']);
});
