import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createNowMs, mostPassedMs, readClocks, sleptMs } from '../../src/nexrender/clocks.mjs';

const at = { steady: 500, boot: 7000, wall: 1_700_000_000_000 };
const after = (steady: number, boot: number, wall: number) => ({
  steady: at.steady + steady,
  boot: at.boot + boot,
  wall: at.wall + wall,
});
const ANY = Number.POSITIVE_INFINITY;

test.each([
  ['awake', after(20, 20, 20), 20, 0],
  ['awake, by clocks of another resolution', after(20, 10, 21), 21, 0],
  ['asleep for 40 s', after(20, 40_020, 40_020), 40_020, 40_000],
  ['asleep, and the wall clock has not been set yet', after(20, 40_020, 20), 40_020, 40_000],
  ['paused by a hypervisor that set the wall clock', after(20, 20, 40_020), 40_020, 0],
  ['the wall clock was set back', after(20, 20, -3_600_000), ANY, 0],
  ['the wall clock was set forward', after(20, 20, 3_600_000), 3_600_000, 0],
  ['a clock that was frozen with its process', after(1100, 1100, 1100), 1100, 0],
])('%s', (_, now, passed, slept) => {
  expect([mostPassedMs(at, now), sleptMs(at, now)]).toEqual([passed, slept]);
});

test.each([
  ['a boot clock of whole seconds that drifts', 1.000_05, 0, 40_000],
  ['a short sleep, almost as long as the shortest that counts', 1, 1999, 600],
  ['a sleep', 1, 90_000, 600],
])('time never jumps back, and jumps forward only by a sleep: %s', (_, drift, asleepMs, looks) => {
  let steady = 500;
  let slept = 0;
  const nowMs = createNowMs(() => {
    steady += 3_377;
    const boot = (steady + slept) * drift + 7_700;
    return { steady, boot: Math.floor(boot / 1000) * 1000, wall: 0 };
  });
  let before = nowMs();
  let jumped = 0;
  for (let look = 0; look < looks; look++) {
    if (look === 300) slept = asleepMs;
    const now = nowMs();
    const jump = now - before - 3_377;
    expect(jump).toBeGreaterThan(-0.001);
    if (jump > 0.001) jumped += 1;
    before = now;
  }
  const ahead = before - steady;
  const driftedMs = (drift - 1) * steady;
  expect(ahead).toBeGreaterThanOrEqual(asleepMs + driftedMs - 3000);
  expect(ahead).toBeLessThanOrEqual(asleepMs + driftedMs + 1000);
  expect(jumped).toBeLessThanOrEqual(1 + driftedMs / 1000);
});

test('two looks at the clocks of this machine differ by the time between them', () => {
  const before = readClocks();
  const passed = mostPassedMs(before, readClocks());
  expect(passed).toBeGreaterThanOrEqual(0);
  expect(passed).toBeLessThan(60_000);
});

const UNSHARE = ['unshare', '--time', '--boottime', '100000', '--fork'];

test.skipIf(spawnSync('unshare', [...UNSHARE.slice(1), 'true']).status !== 0)(
  'the boot clock goes on during sleep (needs time namespaces)',
  () => {
    const clocks = new URL('../../src/nexrender/clocks.mjs', import.meta.url).href;
    const script = `
      import { readClocks } from ${JSON.stringify(clocks)};
      process.stdout.write(JSON.stringify(readClocks()));`;
    const [command = '', ...options] = UNSHARE;
    const node = [process.execPath, '--input-type=module', '-e', script];
    const seen = JSON.parse(execFileSync(command, [...options, ...node], { encoding: 'utf8' }));
    // Only CLOCK_BOOTTIME has this offset. For that process, the machine slept for 100,000 s.
    const ahead = seen.boot - readClocks().boot;
    expect(Math.abs(ahead - 100_000_000)).toBeLessThan(60_000);
    expect(seen.steady).toBeLessThan(60_000);
  },
);
