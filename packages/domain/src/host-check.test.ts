import { expect, test } from 'vitest';
import { didHold } from './host-check.ts';

const item = (ok: boolean | null) => ({ name: 'disk', ok, sentence: '' });

test.each([
  [[true, true], true],
  [[true, null], true],
  [[true, false], false],
  [[null, false], false],
])('a check with the items %j holds: %s', (items, holds) => {
  expect(didHold(items.map(item))).toBe(holds);
});
