/*
 * A name can be set by anybody. Workers of one name in two PID namespaces, and a clone with another
 * boot id: the second one is refused, and it proves nothing about the processes of the first.
 */
import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNoNamespaces } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Facts, OWN_PIDS, onMachine } from './farm/other-host.ts';
import { type FarmUnderTest, startFarmUnderTest } from './farm/start-farm.ts';

const SLOW = { frames: 3000, frameMs: 20 } as const;
const leftOut = whyNoNamespaces();
let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest({ RENDERDECK_LEASE_MS: '3000' });
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  for (const name of ['one', 'two']) expect(await farm.files(name)).toEqual([]);
});
afterAll(() => farm.close());

/** Starts a job on the first worker and waits until After Effects runs. */
async function renderOn(name: string) {
  const job = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  expect(attempt.host).toBe(name);
  return { job, attempt };
}

/** Whether the stand-in's After Effects of this attempt runs, by the process table. */
async function isRendering(attemptId: string): Promise<boolean> {
  return (await farm.processes(attemptId)).some(({ name }) => name === 'AfterFX');
}

/** The sentence of a refusal names both hosts, their daemons and why. */
const bothHosts = (why: string) =>
  new RegExp(`The name one belongs to host .*boot id.*${why}.* This is host .*boot id`);

/** The disk of the first host is copied. */
const copyHostId = () =>
  cp(join(farm.scratchOf('one'), '.host'), join(farm.scratchOf('two'), '.host'), {
    recursive: true,
  });

const secondWorker = (within: readonly string[]) =>
  farm.startWorker('one', { RENDERDECK_SCRATCH_ROOT: farm.scratchOf('two') }, within).then(
    () => 'it started',
    (error: Error) => error.message,
  );

test.skipIf(leftOut !== '')(
  `a worker of one name in another PID namespace is refused while the first is heard${leftOut}`,
  async () => {
    const first = await farm.startWorker('one');
    const { job, attempt } = await renderOn('one');
    expect(await secondWorker(OWN_PIDS)).toMatch(bothHosts('heard within its lease'));
    expect(await isRendering(attempt.id)).toBe(true);
    expect((await farm.readJob(job.id)).view.job.lease?.attemptId).toBe(attempt.id);

    expect(await farm.cancel(job.id)).toMatchObject({ status: 200, receipt: { survivors: [] } });
    expect(await farm.processes(attempt.id)).toEqual([]);
    expect(await first.end()).toEqual({ code: 0, signal: null });
  },
);

test.skipIf(leftOut !== '')(
  `it is refused after the lease too, while an attempt of the first is open${leftOut}`,
  async () => {
    const first = await farm.startWorker('one');
    const { job, attempt } = await renderOn('one');
    first.signal('SIGSTOP');
    await farm.untilJob(job.id, 'lost', ({ attempts }) => attempts[0]?.outcome === 'lost');
    expect(await secondWorker(OWN_PIDS)).toMatch(bothHosts('1 of its attempts is not proven'));
    expect(await farm.cancel(job.id)).toMatchObject({
      status: 202,
      receipt: { outcome: 'unconfirmed', proof: null },
    });
    expect(await isRendering(attempt.id)).toBe(true);

    first.signal('SIGCONT');
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await first.end()).toEqual({ code: 0, signal: null });
  },
);

test.skipIf(leftOut !== '')(
  `a clone with another boot id cannot say that the first host was rebooted${leftOut}`,
  async () => {
    const first = await farm.startWorker('one');
    const { job, attempt } = await renderOn('one');
    await copyHostId();
    const clone = onMachine(farm.folders.assets, { bootId: randomUUID() });
    expect(await secondWorker(clone)).toMatch(bothHosts('heard within its lease'));
    first.signal('SIGSTOP');
    await farm.untilJob(job.id, 'lost', ({ attempts }) => attempts[0]?.outcome === 'lost');
    expect(await secondWorker(clone)).toMatch(bothHosts('1 of its attempts is not proven'));
    expect(await farm.cancel(job.id)).toMatchObject({
      status: 202,
      receipt: { outcome: 'unconfirmed', proof: null },
    });
    expect(await isRendering(attempt.id)).toBe(true);

    first.signal('SIGCONT');
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await first.end()).toEqual({ code: 0, signal: null });
    await waitFor(async () => (await farm.processes()).length === 0);
  },
);

test.skipIf(leftOut !== '')(
  `a host that was booted again proves that nothing of the earlier boot runs${leftOut}`,
  async () => {
    const boot = (facts: Facts) => onMachine(farm.folders.assets, { hardwareId: 'A', ...facts });
    const first = await farm.startWorker('one', {}, boot({ bootId: randomUUID() }));
    const { job, attempt } = await renderOn('one');
    await first.kill();
    await waitFor(async () => (await farm.processes(attempt.id)).length === 0);
    await farm.cancel(job.id, '?waitMs=0');
    await farm.until(job.id, 'CANCELLED');

    // A clone of its disk on other hardware is booted after the first fell silent.
    await copyHostId();
    const otherHardware = boot({ bootId: randomUUID(), uptime: '1.00', hardwareId: 'B' });
    expect(await secondWorker(otherHardware)).toMatch(
      /differ in their hardware id [(]a, here b[)]/,
    );

    const again = boot({ bootId: randomUUID(), uptime: '1.00' });
    const rebooted = await waitFor(() => farm.startWorker('one', {}, again), {
      withinMs: 60_000,
      what: 'the lease of the first boot to end',
    });
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await farm.cancel(job.id)).toMatchObject({
      status: 200,
      receipt: { proof: 'rebooted' },
    });
    expect(await rebooted.end()).toEqual({ code: 0, signal: null });
  },
);
