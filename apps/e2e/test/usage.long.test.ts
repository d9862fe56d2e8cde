/*
 * The usage of a render, which the job page shows, and the members of its tree, which the next
 * daemon needs.
 */
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile({ RENDERDECK_SLOTS: '2' });

beforeAll(async () => {
  await farm.startWorker();
});

/** Waits until the latest attempt has `count` samples of its tree. */
async function untilSamples(id: string, count: number) {
  return await waitFor(
    async () => {
      const [latest] = (await farm.show(id)).attempts;
      const samples = latest?.usage.length ?? 0;
      if (latest !== undefined && samples >= count) return latest;
      throw new Error(`it has ${samples}`);
    },
    { withinMs: 60_000, everyMs: 100, what: `job ${id} to have ${count} samples of its usage` },
  );
}

test('usage is sampled every two seconds during a render, and not after its end', async () => {
  const first = await farm.submit({ project: SLOW });
  await farm.untilPhase(first.id, 'rendering');
  const running = await untilSamples(first.id, 3);
  const last = running.usage.at(-1);
  expect(last).toMatchObject({
    processes: expect.any(Number),
    memoryBytes: expect.any(Number),
    cpuPercent: expect.any(Number),
  });
  // The launcher, which runs nexrender, aerender and AfterFX are at least three processes.
  expect(last?.processes).toBeGreaterThanOrEqual(3);
  expect(last?.memoryBytes).toBeGreaterThan(10_000_000);
  expect(last?.cpuPercent).toBeGreaterThanOrEqual(0);
  const times = running.usage.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2000 * (times.length - 1));

  expect((await farm.cancel(first.id)).receipt.outcome).toBe('cancelled');
  const { usage } = await untilSamples(first.id, 3);
  const next = await farm.submit({ project: SLOW });
  await untilSamples(next.id, 2);
  expect((await untilSamples(first.id, 3)).usage).toEqual(usage);
  await farm.cancel(next.id);
});

test('two renders are measured separately', async () => {
  const lean = await farm.submit({ project: SLOW });
  const rich = await farm.submit({ project: { ...SLOW, misbehave: 'escapes' } });
  const [few, many] = await Promise.all([untilSamples(lean.id, 3), untilSamples(rich.id, 3)]);
  expect(many.usage.at(-1)?.processes).toBe((few.usage.at(-1)?.processes ?? 0) + 1);
  await Promise.all([farm.cancel(lean.id), farm.cancel(rich.id)]);
});

test('the members of a running tree are recorded and shown with their parents', async () => {
  const job = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  const { processes } = await waitFor(
    async () => {
      const [latest] = (await farm.show(job.id)).attempts;
      return latest?.processes.some(({ name }) => name === 'AfterFX') && latest;
    },
    { withinMs: 60_000, what: 'AfterFX to be on record' },
  );
  const seen = await farm.processes(attempt.id);
  expect(processes.map(({ pid }) => pid).toSorted()).toEqual(seen.map(({ pid }) => pid).toSorted());
  const pidOf = new Map(processes.map(({ name, pid }) => [name, pid]));
  const parentOf = new Map(processes.map(({ name, parentPid }) => [name, parentPid]));
  expect(parentOf.get('AfterFX')).toBe(pidOf.get('aerender'));
  expect(parentOf.get('aerender')).toBe(pidOf.get('nexrender'));
  await farm.cancel(job.id);
});
