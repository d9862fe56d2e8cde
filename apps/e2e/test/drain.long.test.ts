/*
 * After SIGTERM the daemon claims no more jobs, gives its jobs back with a proof, and exits with
 * code 0. A cancel during the drain still reaches the daemon.
 */

import { copyTo } from '@renderdeck/standalone/testing';
import { writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile();

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s while rendering: code 0, no process, no folder, and the job is queued with the reason',
  async (signal) => {
    const worker = await farm.startWorker();
    const job = await farm.submit({ project: { ...SLOW, misbehave: 'escapes' } });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    worker.signal(signal);
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await farm.processes()).toEqual([]);
    const { view, attempts } = await farm.readJob(job.id);
    expect(view.job).toMatchObject({
      status: 'QUEUED',
      failure: 'Attempt 1 was given back: the worker on one shut down.',
    });
    expect(view).toMatchObject({ position: 1, host: null });
    expect(attempts).toMatchObject([
      {
        id: attempt.id,
        outcome: 'released',
        stopReport: { survivors: [] },
        confirmedAt: expect.any(Date),
      },
    ]);
    await farm.cancel(job.id);
  },
);

test('a render that completes just before SIGTERM is COMPLETED', async () => {
  const { module, hold } = await writeHoldAction(farm.folders.assets);
  const held = hold();
  const worker = await farm.startWorker('one', {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${module}`,
  });
  const job = await farm.submit({
    actions: (output) => ({ postrender: [copyTo(output), held.action] }),
  });
  await waitFor(held.isHeld, { what: 'the job to be published' });
  // The daemon is paused, so it sees the end of the render and SIGTERM at the same time.
  worker.signal('SIGSTOP');
  await held.release();
  await farm.untilNoProcess();
  worker.signal('SIGTERM');
  worker.signal('SIGCONT');
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect((await farm.readJob(job.id)).view.job).toMatchObject({
    status: 'COMPLETED',
    output: 'published',
    attempts: 1,
  });
});

test('a cancel during a drain stops the job; a second cancel ends the grace period', async () => {
  const worker = await farm.startWorker('one', { RENDERDECK_STOP_GRACE_MS: '600000' });
  const job = await farm.submit({ project: { ...SLOW, misbehave: 'ignores-term' } });
  await farm.untilPhase(job.id, 'rendering');
  const waits = await farm.submit({ priority: 10 });
  worker.signal('SIGTERM');
  await waitFor(
    async () => JSON.stringify((await farm.send('GET', '/hosts')).body).includes('"ending"'),
    { what: 'the host to drain' },
  );

  expect(await farm.cancel(job.id, '?waitMs=0')).toMatchObject({
    status: 202,
    receipt: { outcome: 'cancelling' },
  });
  expect(await farm.cancel(job.id, '?waitMs=20000')).toMatchObject({
    status: 200,
    receipt: { outcome: 'cancelled', host: 'one', survivors: [] },
  });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  expect((await farm.readJob(job.id)).view.job.status).toBe('CANCELLED');
  expect((await farm.readJob(waits.id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
  await farm.cancel(waits.id);
});

test.each([
  { ended: 'by a second signal', env: {}, signals: 2 },
  { ended: 'by the drain limit', env: { RENDERDECK_DRAIN_LIMIT_MS: '500' }, signals: 1 },
])(
  'a daemon waits for a render that ignores TERM, until the grace period ends $ended',
  async ({ env, signals }) => {
    const worker = await farm.startWorker('one', { RENDERDECK_STOP_GRACE_MS: '600000', ...env });
    const job = await farm.submit({ project: { ...SLOW, misbehave: 'ignores-term' } });
    await farm.untilPhase(job.id, 'rendering');
    worker.signal('SIGTERM');
    await farm.untilHost('one', 'ending', ({ state }) => state === 'ending');
    if (signals > 1) worker.signal('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    const { view, attempts } = await farm.readJob(job.id);
    expect(view.job.status).toBe('QUEUED');
    expect(attempts).toMatchObject([{ outcome: 'released', stopReport: { survivors: [] } }]);
    await farm.cancel(job.id);
  },
);

test('with RENDERDECK_EXIT_ON_EMPTY_QUEUE=0 a worker renders what waits, and ends', async () => {
  const jobs = [await farm.submit(), await farm.submit()];
  const worker = await farm.startWorker('one', { RENDERDECK_EXIT_ON_EMPTY_QUEUE: '0' });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  for (const { id } of jobs)
    expect((await farm.readJob(id)).view.job).toMatchObject({ status: 'COMPLETED' });
});
