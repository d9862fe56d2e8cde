/*
 * An error that no code handles, here a rejected promise, ends a worker in order: one line of the
 * log has its cause, and the job goes back to the queue.
 */
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { startWorkerUnderTest } from '@renderdeck/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;
beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

/** Rejects a promise in the worker when it gets the signal. */
const FAULT = "process.on('SIGUSR2', () => void Promise.reject(new Error('of the test')))";

test('a promise that nobody handles gives the job back, and one line names its cause', async () => {
  // The farm would count its exit code as a fault.
  const worker = await startWorkerUnderTest('one', {
    ...farm.settingsOf('one'),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FAULT)}`,
  });
  const job = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  worker.signal('SIGUSR2');
  expect(await worker.exited).toEqual({ code: 1, signal: null });
  const lines = worker.said().trim().split('\n');
  const fatal = lines.filter((line) => line.includes('"level":60')).map((line) => JSON.parse(line));
  expect(fatal).toMatchObject([
    { origin: 'unhandledRejection', err: { message: 'of the test' }, host: 'one' },
  ]);
  expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
    'renderdeck worker: It ended after an error: of the test. Its log has more.',
  ]);
  const { view, attempts } = await farm.readJob(job.id);
  expect(view.job.status).toBe('QUEUED');
  expect(attempts).toMatchObject([{ outcome: 'released', stopReport: { survivors: [] } }]);
  expect(await farm.processes()).toEqual([]);
  await farm.cancel(job.id);
});
