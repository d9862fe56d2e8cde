import { describe, expect, test } from 'vitest';
import { didHold } from './host-check.ts';

const item = (ok: boolean | null) => ({ name: 'disk', ok, sentence: '' });

describe('didHold', () => {
  test.each([
    { items: [true, true], holds: true },
    { items: [true, null], holds: true },
    { items: [true, false], holds: false },
    { items: [null, false], holds: false },
  ])('a check with the items $items holds: $holds', ({ items, holds }) => {
    expect(didHold(items.map(item))).toBe(holds);
  });
});
