import { expect, test } from 'vitest';
import { isFinal, isRunning, JOB_STATUSES, STATUS_MEANING } from './job-status.ts';
import { TRANSITIONS } from './job-transitions.ts';

test.each(JOB_STATUSES)(
  '%s has one sentence, and is final exactly where no event leaves it',
  (status) => {
    expect(STATUS_MEANING[status]).toMatch(/^\S.*[.]$/);
    expect(isFinal(status)).toBe(!Object.values(TRANSITIONS).some(({ from }) => from === status));
  },
);

test('a worker owns RENDERING and CANCELLING, nothing else', () => {
  expect(JOB_STATUSES.filter(isRunning)).toEqual(['RENDERING', 'CANCELLING']);
});
