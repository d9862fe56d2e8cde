import { describe, expect, test } from 'vitest';
import { decideCause } from './failure-cause.ts';

describe('decideCause', () => {
  test.each([
    { kind: 'project', hadFrame: false, cause: 'job' },
    { kind: 'project', hadFrame: true, cause: 'job' },
    { kind: 'licence', hadFrame: false, cause: 'host' },
    { kind: 'disk', hadFrame: true, cause: 'host' },
    { kind: 'noReason', hadFrame: false, cause: 'unclear' },
    { kind: 'noReason', hadFrame: true, cause: 'job' },
  ] as const)('$kind with a frame: $hadFrame is of $cause', ({ kind, hadFrame, cause }) => {
    expect(decideCause(kind, hadFrame)).toBe(cause);
  });
});
