import { expect, test } from 'vitest';
import { selfTestKill } from '../../src/process/self-test/self-test-kill.ts';

test('the self-test passes on this host and names the container', {
  timeout: 120_000,
}, async () => {
  const { container, ok, cases } = await selfTestKill();
  expect(cases.filter((one) => !one.ok)).toEqual([]);
  expect(ok).toBe(true);
  expect(container.detail).toMatch(/\w+/);
  expect(cases.length).toBeGreaterThan(5);
});
