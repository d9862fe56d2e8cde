import { describe, expect, test } from 'vitest';
import { didHold } from './host-check.ts';

const part = (ok: boolean | null) => ({ name: 'disk', ok, sentence: '' });

describe('didHold', () => {
  test.each([
    { parts: [true, true], holds: true },
    { parts: [true, null], holds: true },
    { parts: [true, false], holds: false },
    { parts: [null, false], holds: false },
  ])('a check with the parts $parts holds: $holds', ({ parts, holds }) => {
    expect(didHold(parts.map(part))).toBe(holds);
  });
});
