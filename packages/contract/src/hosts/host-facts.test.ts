import { expect, test } from 'vitest';
import type { WireHost } from '../procedures/hosts/list-hosts.ts';
import { describePlatform, describeVersions, explainSession } from './host-facts.ts';

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

test('different versions are named; a host that has signed off or is gone does not count', () => {
  const host = (name: string, version: string, state: WireHost['state'] = 'idle') => ({
    ...{ name, version, state, gone: null },
  });
  const gone = { by: 'ada', at: '2026-03-01T12:00:00.000Z', reason: 'It burned.' };
  const same = [host('ae-01', '0.1.0'), host('ae-02', '0.2.0', 'stopped')];
  expect(describeVersions('0.1.0', [...same, { ...host('ae-03', '0.2.0'), gone }])).toBeNull();
  expect(describeVersions('0.1.0', [])).toBeNull();
  const mixed = [host('ae-03', '0.2.0'), host('ae-01', '0.1.0'), host('ae-02', '0.2.0', 'silent')];
  expect(describeVersions('0.1.0', mixed)).toBe(
    'Different versions work together: this server has 0.1.0, ae-01 has 0.1.0; ae-02, ae-03 have ' +
      '0.2.0. Bring all of them to one version.',
  );
});
