import { expect, onTestFinished, test, vi } from 'vitest';
import { healthLoop } from './health-loop.ts';

/** A host with the real loop. Other callers of its check may change its problem, too. */
function aHost(afterCheck: () => Promise<void> = async () => undefined) {
  const host = { problem: 'silent' as string | null, checks: 0, told: [] as (string | null)[] };
  const errors = vi.fn();
  const health = {
    problem: () => host.problem,
    async check() {
      host.checks += 1;
    },
  };
  const loop = healthLoop({ config: { leaseMs: 60 }, log: { error: errors } }, health, {
    onChange: () => void host.told.push(host.problem),
    afterCheck,
  });
  onTestFinished(() => loop.stop());
  return { host, errors };
}

test('a change that another caller of the check saw first is reported once', async () => {
  const { host } = aHost();
  for (const problem of [null, 'no disk', null]) {
    const before = { checks: host.checks, told: host.told.length };
    await expect.poll(() => host.checks).toBeGreaterThan(before.checks + 1);
    host.problem = problem;
    await expect.poll(() => host.told.length).toBe(before.told + 1);
    expect(host.told.at(-1)).toBe(problem);
  }
  const { checks } = host;
  await expect.poll(() => host.checks).toBeGreaterThan(checks + 2);
  expect(host.told).toEqual([null, 'no disk', null]);
});

test('`afterCheck` runs in each turn, even after a turn in which it failed', async () => {
  let turns = 0;
  const { errors } = aHost(async () => {
    turns += 1;
    if (turns === 1) throw new Error('no database');
  });
  await expect.poll(() => turns).toBeGreaterThan(2);
  expect(errors).toHaveBeenCalledTimes(1);
});
