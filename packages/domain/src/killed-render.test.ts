import { expect, test } from 'vitest';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';

const KILLED = 'aerender was ended by the system, most likely out of memory (SIGKILL).';
const second = { id: 'a2', number: 2, host: 'render-02' };

test('a job fails where an earlier attempt was ended from outside too, and names its host', () => {
  const warnings = ['Another warning.', warnOfKill({ number: 1, host: 'render-01' })];
  expect(decideRepeatedKill({ warnings }, second, KILLED)).toEqual({
    type: 'fail',
    attemptId: 'a2',
    failure:
      'aerender was ended by the system, most likely out of memory (SIGKILL). It has happened ' +
      'before: Attempt 1 was ended by the system or by another program on render-01. ' +
      'The job is not tried again.',
  });
});

test('the warning of the attempt itself is no earlier one, and other warnings are none', () => {
  const warnings = ['Another warning.', warnOfKill(second)];
  expect(decideRepeatedKill({ warnings }, second, KILLED)).toBeNull();
});
