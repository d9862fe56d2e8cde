import { describe, expect, test } from 'vitest';
import { decideCause, stopsHost } from './failure-cause.ts';

describe('decideCause', () => {
  test.each([
    { kind: 'project', hadFrame: false, cause: 'job' },
    { kind: 'project', hadFrame: true, cause: 'job' },
    { kind: 'licence', hadFrame: false, cause: 'host' },
    { kind: 'disk', hadFrame: true, cause: 'host' },
    { kind: 'killed', hadFrame: true, cause: 'host' },
    { kind: 'noReason', hadFrame: false, cause: 'unclear' },
    { kind: 'noReason', hadFrame: true, cause: 'job' },
  ] as const)(
    '$kind with a frame: $hadFrame is a failure of the $cause',
    ({ kind, hadFrame, cause }) => {
      expect(decideCause(kind, hadFrame)).toBe(cause);
    },
  );
});

test('a host pauses if every render needs the missing thing, not if only some jobs need it', () => {
  expect(stopsHost('licence')).toBe(true);
  expect(stopsHost('missingModule')).toBe(false);
  expect(stopsHost('otherSystem')).toBe(false);
  expect(stopsHost('killed')).toBe(false);
  expect(stopsHost('silent')).toBe(false);
  expect(stopsHost('project')).toBe(false);
});
