import { expect, test } from 'vitest';
import { decideCause, stopsHost } from './failure-cause.ts';

test.each([
  ['project', false, 'job'],
  ['project', true, 'job'],
  ['licence', false, 'host'],
  ['disk', true, 'host'],
  ['killed', true, 'host'],
  ['noReason', false, 'unclear'],
  ['noReason', true, 'job'],
] as const)('%s with a frame: %s is a failure of the %s', (kind, hadFrame, cause) => {
  expect(decideCause(kind, hadFrame)).toBe(cause);
});

test('a host pauses if every render needs the missing thing, not if only some jobs need it', () => {
  expect(stopsHost('licence')).toBe(true);
  expect(stopsHost('missingModule')).toBe(false);
  expect(stopsHost('otherSystem')).toBe(false);
  expect(stopsHost('killed')).toBe(false);
  expect(stopsHost('silent')).toBe(false);
  expect(stopsHost('project')).toBe(false);
});
