/*
 * Anybody can set the name of a host. Here two workers have one name: in two PID namespaces, or as
 * a clone with another boot id. The second worker is refused, and it proves nothing about the
 * processes of the first worker. Each container has its own PID namespace, and its scratch volume
 * stays when the container ends. docs/hosts.md promises what these tests check.
 */
import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNoNamespaces } from '@renderdeck/render-host/testing';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { describe, expect, onTestFinished, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';
import { type Facts, keepNamespace, OWN_PIDS, onMachine } from './farm/other-host.ts';

const leftOut = whyNoNamespaces();
const farm = farmOfFile();

/** Starts a job on the first worker and waits until After Effects runs. */
async function renderOn(name: string) {
  const job = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  expect(attempt.host).toBe(name);
  return { job, attempt };
}

/** True if After Effects (the stand-in) of this attempt runs. Reads the process table. */
async function isRendering(attemptId: string): Promise<boolean> {
  return (await farm.processes(attemptId)).some(({ name }) => name === 'AfterFX');
}

/** Matches a refusal that names both hosts, their daemons and the reason. */
const bothHosts = (why: string) =>
  new RegExp(`The name one belongs to host .*boot id.*${why}.* This is host .*boot id`);

/** Copies the host id, as a clone of the first host's disk would have it. */
const copyHostId = () =>
  cp(join(farm.scratchOf('one'), '.host'), join(farm.scratchOf('two'), '.host'), {
    recursive: true,
  });

const secondWorker = (within: readonly string[]) =>
  farm.startWorker('one', { RENDERDECK_SCRATCH_ROOT: farm.scratchOf('two') }, within).then(
    () => 'it started',
    (error: Error) => error.message,
  );

test.skipIf(leftOut !== '').each([
  ['in another PID namespace', async () => OWN_PIDS],
  [
    'on a clone with another boot id',
    async () => {
      await copyHostId();
      return onMachine(farm.folders.assets, { bootId: randomUUID() });
    },
  ],
] as const)(
  `a second worker %s is refused, also after the lease, while an attempt is open${leftOut}`,
  async (_, prepare) => {
    const first = await farm.startWorker('one');
    const { job, attempt } = await renderOn('one');
    const within = await prepare();
    expect(await secondWorker(within)).toMatch(bothHosts('heard within its lease'));
    expect((await farm.readJob(job.id)).view.job.lease?.attemptId).toBe(attempt.id);
    first.signal('SIGSTOP');
    await farm.endLease('one');
    expect(await secondWorker(within)).toMatch(bothHosts('1 of its attempts is not proven'));
    expect(await farm.cancel(job.id)).toMatchObject({
      status: 202,
      receipt: { outcome: 'unconfirmed', proof: null },
    });
    expect(await isRendering(attempt.id)).toBe(true);

    first.signal('SIGCONT');
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
  },
);

test.skipIf(leftOut !== '')(
  `a rebooted host proves that no process of the earlier boot runs${leftOut}`,
  async () => {
    const boot = (facts: Facts) => onMachine(farm.folders.assets, { hardwareId: 'A', ...facts });
    const first = await farm.startWorker('one', {}, boot({ bootId: randomUUID() }));
    const { job, attempt } = await renderOn('one');
    await first.kill();
    await farm.untilNoProcess(attempt.id);
    await farm.cancel(job.id, '?waitMs=0');
    await farm.endLease('one');

    // A clone of the first host's disk boots on other hardware, after the first host fell silent.
    await copyHostId();
    const otherHardware = boot({ bootId: randomUUID(), uptime: '1.00', hardwareId: 'B' });
    expect(await secondWorker(otherHardware)).toMatch(
      /differ in their hardware id [(]a, here b[)]/,
    );

    const again = boot({ bootId: randomUUID(), uptime: '1.00' });
    await farm.startWorker('one', {}, again);
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await farm.cancel(job.id)).toMatchObject({
      status: 200,
      receipt: { proof: 'rebooted' },
    });
  },
);

/** Starts a container with the scratch volume `c`. */
const startContainer = (name = 'c') =>
  farm.startWorker(name, { RENDERDECK_SCRATCH_ROOT: farm.scratchOf('c') }, OWN_PIDS);
const refusalOf = (start: Promise<WorkerUnderTest>) =>
  start.then(
    () => 'it started',
    (error: Error) => error.message,
  );
const hostOf = (name = 'c') => farm.untilHost(name, 'registered', () => true);

/** Kills a container while its daemon renders. All processes in the container end with it. */
async function aCrash(): Promise<{ jobId: string; attemptId: string }> {
  const first = await startContainer();
  onTestFinished(keepNamespace(first.pid));
  const job = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  await first.kill();
  await farm.untilNoProcess(attempt.id);
  await farm.endLease('c');
  return { jobId: job.id, attemptId: attempt.id };
}

describe.skipIf(leftOut !== '')(`a worker in a container${leftOut}`, () => {
  test('keeps its host id in the scratch volume, and its name after a clean stop', async () => {
    const first = await startContainer();
    onTestFinished(keepNamespace(first.pid));
    const { hostId } = await hostOf();
    expect(await first.end()).toEqual({ code: 0, signal: null });
    await startContainer();
    expect(await hostOf()).toMatchObject({ hostId });
    const job = await farm.submit();
    await farm.until(job.id, 'COMPLETED');
  });

  test('that crashed while rendering is refused until its host is declared gone', async () => {
    const { jobId, attemptId } = await aCrash();
    expect(await refusalOf(startContainer())).toMatch(
      /the end of 1 of its attempts is not proven.*containers of one machine/,
    );
    await farm.cancel(jobId);
    const gone = { confirmName: 'c', reason: 'The container crashed.' };
    expect((await farm.send('POST', '/hosts/c/gone', gone)).status).toBe(200);
    await startContainer();
    expect(await farm.cancel(jobId)).toMatchObject({
      status: 202,
      receipt: { outcome: 'declared', proof: null },
    });
    // The attempt now counts as ended, so its files are swept.
    await farm.untilHost('c', 'swept', ({ leftoverFolders }) => leftoverFolders === 0);
    await waitFor(async () => (await farm.files('c')).length === 0);
    expect((await farm.show(jobId)).attempts).toMatchObject([
      { id: attemptId, confirmedAt: null, declared: { by: 'ada' } },
    ]);
  });

  test('that crashed while rendering can lose its name; the attempt stays open', async () => {
    const { jobId } = await aCrash();
    const release = { reason: 'The container crashed.' };
    expect((await farm.send('POST', '/hosts/c/release', release)).status).toBe(200);
    const second = await startContainer();
    // The job is rendered again, and the crashed attempt is still known.
    await farm.untilJob(jobId, 'rendered again', ({ attempts }) => attempts[0]?.number === 2);
    const problem = expect.stringMatching(/^c cannot prove its end: it ran on host .* containers/);
    await waitFor(async () => (await farm.show(jobId)).job.openAttempts[0]?.problem !== null);
    expect((await farm.show(jobId)).job.openAttempts).toMatchObject([{ number: 1, problem }]);
    expect(await hostOf()).toMatchObject({ openAttempts: 1, problem: null, released: null });
    expect(await farm.cancel(jobId)).toMatchObject({
      status: 202,
      receipt: { outcome: 'unconfirmed', openAttempts: [{ number: 1, problem }] },
    });
    const gone = { confirmName: 'c', reason: 'The container crashed.' };
    expect((await farm.send('POST', '/hosts/c/gone', gone)).status).toBe(200);
    expect((await farm.cancel(jobId)).receipt).toMatchObject({ outcome: 'declared' });
    expect(await second.end()).toEqual({ code: 0, signal: null });
    await startContainer();
    await waitFor(async () => (await farm.files('c')).length === 0);
  });
});
