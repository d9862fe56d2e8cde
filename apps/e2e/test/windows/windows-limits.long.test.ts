/*
 * The limits of a Windows host work as on Linux: a render that stalls is ended with a sentence, and
 * a render that is slow but moves is not ended. The attempt records the usage of the render. Two
 * daemons on one machine cannot share a scratch root or a name.
 */
import type { FarmUnderTest } from '@renderdeck/standalone/testing';
import { describeOnWindows } from '@renderdeck/wine';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { farmOnWindows } from './windows-host.ts';

const LIMIT_MS = 4000;
const LIMITS = {
  RENDERDECK_RENDER_LIMITS: `launch=${LIMIT_MS / 1000}s,render=${LIMIT_MS / 1000}s`,
};

describeOnWindows('the limits of a Windows host', (wine) => {
  const { farm, host } = farmOnWindows(wine);

  beforeAll(async () => {
    await host.startWorker('win', { ...LIMITS, RENDERDECK_SLOTS: '3' });
  });
  afterEach(async () => {
    expect(await host.programs()).toEqual([]);
    expect(await host.files()).toEqual([]);
  });

  test('a render that stalls is ended, a slow render is not', async () => {
    const { stalled, hung, done } = await renderAll(farm);
    expect(stalled.view.job.failure).toMatch(
      /^Rendering stopped moving: .*, nothing more for 4 s \(stall limit\)[.]$/,
    );
    expect(hung.view.job.failure).toBe(
      'After Effects did not start the composition within 4 s (launch limit).',
    );
    for (const { attempts } of [stalled, hung, done])
      expect(attempts[0]?.stopReport).toMatchObject({ survivors: [], proof: 'kernel' });
    // The launcher and the three programs of After Effects, which end before the launcher ends.
    const used = done.attempts[0]?.usage ?? [];
    const most = Math.max(...used.map(({ processes }) => processes));
    expect(most).toBeGreaterThanOrEqual(4);
    const memory = Math.max(...used.map(({ memoryBytes }) => memoryBytes));
    expect(memory).toBeGreaterThan(50_000_000);
  });

  test('a host with too little free disk space takes no job and says why', async () => {
    const settings = { RENDERDECK_SCRATCH_ROOT: 'C:\\full', RENDERDECK_MIN_FREE_MB: '100000000' };
    // The daemon runs until its machine is closed.
    void host.command('full', [], settings);
    const { problem } = await farm.untilHost(
      'full',
      'full',
      ({ state }) => state === 'problem',
      120_000,
    );
    expect(problem).toMatch(/^Only \d+ MB are free on the disk of C:\\full, less than/);
  });

  test('a second daemon on the machine is refused the used folder and the used name', async () => {
    expect(await host.command('second', [])).toEqual({
      code: 1,
      output: expect.stringMatching(/uses the scratch root C:\\scratch/),
    });
    expect(await host.command('win', [], { RENDERDECK_SCRATCH_ROOT: 'C:\\second' })).toEqual({
      code: 1,
      output: expect.stringMatching(/The name win belongs to host .* differ in their host id/),
    });
  });
});

/** Renders three jobs at the same time: one stalls, one never starts, and one is slow. */
async function renderAll(farm: FarmUnderTest) {
  const stalls = await farm.submit({ project: { frames: 8, misbehave: 'stalls' } });
  const hangs = await farm.submit({ project: { misbehave: 'hangs-before-start' } });
  const slow = await farm.submit({ project: { frames: 8, frameMs: LIMIT_MS / 4 } });
  const [stalled, hung, done] = await Promise.all([
    farm.until(stalls.id, 'FAILED', 120_000),
    farm.until(hangs.id, 'FAILED', 120_000),
    farm.until(slow.id, 'COMPLETED', 120_000),
  ]);
  return { stalled, hung, done };
}
