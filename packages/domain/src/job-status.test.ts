import { expect, test } from 'vitest';
import {
  endOf,
  isFinal,
  isQueued,
  isRunning,
  isStopping,
  JOB_STATUSES,
  STATUS_MEANING,
} from './job-status.ts';
import { TRANSITIONS } from './job-transitions.ts';

test.each(JOB_STATUSES)(
  '%s has one sentence, and is final exactly if only a late completion leaves it',
  (status) => {
    expect(STATUS_MEANING[status]).toMatch(/^\S.*[.]$/);
    const { completeLate: _, ...others } = TRANSITIONS;
    expect(isFinal(status)).toBe(!Object.values(others).some(({ from }) => from === status));
  },
);

test('RENDERING and CANCELLING are the only statuses in which a worker owns the job', () => {
  expect(JOB_STATUSES.filter(isRunning)).toEqual(['RENDERING', 'CANCELLING']);
});

test('each final status has its own end, and no other status has an end', () => {
  expect(Object.fromEntries(JOB_STATUSES.map((status) => [status, endOf(status)]))).toEqual({
    QUEUED: null,
    RENDERING: null,
    CANCELLING: null,
    CANCELLED: 'stopped',
    COMPLETED: 'finished',
    FAILED: 'failed',
  });
});

test('one status waits in the queue, and one waits for the proof of a stop', () => {
  expect(JOB_STATUSES.filter(isQueued)).toEqual(['QUEUED']);
  expect(JOB_STATUSES.filter(isStopping)).toEqual(['CANCELLING']);
});
