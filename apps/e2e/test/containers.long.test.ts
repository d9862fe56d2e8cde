/*
 * Workers in containers. Each container has its own PID namespace, and its scratch volume stays
 * when the container ends. docs/hosts.md promises what these tests check.
 */
import { whyNoNamespaces } from '@renderdeck/render-host/testing';
import {
  type FarmUnderTest,
  startFarmUnderTest,
  type WorkerUnderTest,
} from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { keepNamespace, OWN_PIDS } from './farm/other-host.ts';

const SLOW = { frames: 3000, frameMs: 20 } as const;
const leftOut = whyNoNamespaces();
let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(() => farm.close());

/** Starts a container with the scratch volume `one`. */
const startContainer = (name = 'one') =>
  farm.startWorker(name, { RENDERDECK_SCRATCH_ROOT: farm.scratchOf('one') }, OWN_PIDS);
const refusalOf = (start: Promise<WorkerUnderTest>) =>
  start.then(
    () => 'it started',
    (error: Error) => error.message,
  );
const hostOf = (name = 'one') => farm.untilHost(name, 'registered', () => true);

/** Kills a container while its daemon renders. All processes in the container end with it. */
async function aCrash(): Promise<{ jobId: string; attemptId: string }> {
  const first = await startContainer();
  onTestFinished(keepNamespace(first.pid));
  const job = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  await first.kill();
  await waitFor(async () => (await farm.processes(attempt.id)).length === 0);
  await farm.endLease('one');
  return { jobId: job.id, attemptId: attempt.id };
}

describe.skipIf(leftOut !== '')(`a worker in a container${leftOut}`, () => {
  test('keeps its host id in the scratch volume, and its name after a clean stop', async () => {
    const first = await startContainer();
    onTestFinished(keepNamespace(first.pid));
    const { hostId } = await hostOf();
    expect(await first.end()).toEqual({ code: 0, signal: null });
    const second = await startContainer();
    expect(await hostOf()).toMatchObject({ hostId });
    const job = await farm.submit();
    await farm.until(job.id, 'COMPLETED');
    expect(await second.end()).toEqual({ code: 0, signal: null });
  });

  test('that crashed without a render is accepted after its lease', async () => {
    const first = await startContainer();
    onTestFinished(keepNamespace(first.pid));
    await first.kill();
    expect(await refusalOf(startContainer())).toContain('heard within its lease');
    await farm.endLease('one');
    const second = await startContainer();
    expect(await second.end()).toEqual({ code: 0, signal: null });
  });

  test('is refused a scratch volume that another worker uses, whatever its name', async () => {
    const first = await startContainer();
    expect(await refusalOf(startContainer('two'))).toContain(
      `Another worker (process 1) uses the scratch root ${farm.scratchOf('one')}`,
    );
    expect(await first.end()).toEqual({ code: 0, signal: null });
  });

  test('that crashed while rendering is refused until its host is declared gone', async () => {
    const { jobId, attemptId } = await aCrash();
    expect(await refusalOf(startContainer())).toMatch(
      /the end of 1 of its attempts is not proven.*containers of one machine/,
    );
    await farm.cancel(jobId);
    const gone = { confirmName: 'one', reason: 'The container crashed.' };
    expect((await farm.send('POST', '/hosts/one/gone', gone)).status).toBe(200);
    const second = await startContainer();
    expect(await farm.cancel(jobId)).toMatchObject({
      status: 202,
      receipt: { outcome: 'declared', proof: null },
    });
    // The attempt now counts as ended, so its files are swept.
    await farm.untilHost('one', 'swept', ({ leftoverFolders }) => leftoverFolders === 0);
    await waitFor(async () => (await farm.files()).length === 0);
    expect((await farm.show(jobId)).attempts).toMatchObject([
      { id: attemptId, confirmedAt: null, declared: { by: 'ada' } },
    ]);
    expect(await second.end()).toEqual({ code: 0, signal: null });
  });

  test('that crashed while rendering can lose its name; the attempt stays open', async () => {
    const { jobId } = await aCrash();
    const release = { reason: 'The container crashed.' };
    expect((await farm.send('POST', '/hosts/one/release', release)).status).toBe(200);
    const second = await startContainer();
    // The job is rendered again, and the crashed attempt is still known.
    await farm.untilJob(jobId, 'rendered again', ({ attempts }) => attempts[0]?.number === 2);
    const problem = expect.stringMatching(
      /^one cannot prove its end: it ran on host .* containers/,
    );
    await waitFor(async () => (await farm.show(jobId)).job.openAttempts[0]?.problem !== null);
    expect((await farm.show(jobId)).job.openAttempts).toMatchObject([{ number: 1, problem }]);
    expect(await hostOf()).toMatchObject({ openAttempts: 1, problem: null, released: null });
    expect(await farm.cancel(jobId)).toMatchObject({
      status: 202,
      receipt: { outcome: 'unconfirmed', openAttempts: [{ number: 1, problem }] },
    });
    const gone = { confirmName: 'one', reason: 'The container crashed.' };
    expect((await farm.send('POST', '/hosts/one/gone', gone)).status).toBe(200);
    expect((await farm.cancel(jobId)).receipt).toMatchObject({ outcome: 'declared' });
    expect(await second.end()).toEqual({ code: 0, signal: null });
    const third = await startContainer();
    await waitFor(async () => (await farm.files()).length === 0);
    expect(await third.end()).toEqual({ code: 0, signal: null });
  });

  test('with the PID namespace of the machine proves after a crash what has ended', async () => {
    // With `--pid=host` the PID namespace is the same before and after the crash.
    const first = await farm.startWorker('one');
    const job = await farm.submit({ project: SLOW });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    await farm.cancel(job.id, '?waitMs=0');
    await first.kill();
    const second = await farm.startWorker('one');
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await farm.processes(attempt.id)).toEqual([]);
    expect(await second.end()).toEqual({ code: 0, signal: null });
  });
});
