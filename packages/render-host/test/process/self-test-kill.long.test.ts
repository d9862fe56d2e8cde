import { expect, test } from 'vitest';
import type { RenderUser } from '../../src/process/render-user.ts';
import { selfTestKill } from '../../src/self-test/self-test-kill.ts';
import { findOtherUser } from '../../testing/other-user.ts';

const WITHIN = { timeout: 120_000 };
const { user, leftOut } = await findOtherUser();

test('the self-test passes on this host and names the container', WITHIN, () => testAs(null));
test.skipIf(user === null)(`it passes as another user${leftOut}`, WITHIN, () => testAs(user));

async function testAs(as: RenderUser | null) {
  const { container, ok, cases } = await selfTestKill(as);
  expect(cases.filter((one) => !one.ok)).toEqual([]);
  expect(ok).toBe(true);
  expect(container.detail).toMatch(/\w+/);
  expect(cases.length).toBeGreaterThan(5);
}
