import { expect, test } from 'vitest';
import { describePlatform, explainSession } from './host-facts.ts';

test.each([
  ['win32 x64', 'Windows (x64)'],
  ['darwin arm64', 'macOS (arm64)'],
  ['linux x64', 'Linux (x64)'],
  ['linux', 'Linux'],
  ['freebsd riscv64', 'freebsd (riscv64)'],
])('the platform %s is shown as %s', (platform, shown) => {
  expect(describePlatform({ platform })).toBe(shown);
});

test('only session 0 is explained: the others belong to users, and only Windows has them', () => {
  expect(explainSession({ session: 0 })).toMatch(/^The worker runs in session 0, as a service/);
  expect([1, 7, null].map((session) => explainSession({ session }))).toEqual([null, null, null]);
});
