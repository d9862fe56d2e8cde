/*
 * Anybody can set the name of a host. Here two workers have one name: in two PID namespaces, or as
 * a clone with another boot id. The second worker is refused, and it proves nothing about the
 * processes of the first worker.
 */
import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNoNamespaces } from '@renderdeck/render-host/testing';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Facts, OWN_PIDS, onMachine } from './farm/other-host.ts';

const SLOW = { frames: 3000, frameMs: 20 } as const;
const leftOut = whyNoNamespaces();
let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest();
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

test.skipIf(leftOut !== '')(
  `a second worker in another PID namespace is refused while the first is heard${leftOut}`,
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
  `the second worker is still refused after the lease, while an attempt is open${leftOut}`,
  async () => {
    const first = await farm.startWorker('one');
    const { job, attempt } = await renderOn('one');
    first.signal('SIGSTOP');
    await farm.endLease('one');
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
    await farm.endLease('one');
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
  `a rebooted host proves that no process of the earlier boot runs${leftOut}`,
  async () => {
    const boot = (facts: Facts) => onMachine(farm.folders.assets, { hardwareId: 'A', ...facts });
    const first = await farm.startWorker('one', {}, boot({ bootId: randomUUID() }));
    const { job, attempt } = await renderOn('one');
    await first.kill();
    await waitFor(async () => (await farm.processes(attempt.id)).length === 0);
    await farm.cancel(job.id, '?waitMs=0');
    await farm.endLease('one');

    // A clone of the first host's disk boots on other hardware, after the first host fell silent.
    await copyHostId();
    const otherHardware = boot({ bootId: randomUUID(), uptime: '1.00', hardwareId: 'B' });
    expect(await secondWorker(otherHardware)).toMatch(
      /differ in their hardware id [(]a, here b[)]/,
    );

    const again = boot({ bootId: randomUUID(), uptime: '1.00' });
    const rebooted = await farm.startWorker('one', {}, again);
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await farm.cancel(job.id)).toMatchObject({
      status: 200,
      receipt: { proof: 'rebooted' },
    });
    expect(await rebooted.end()).toEqual({ code: 0, signal: null });
  },
);
