import { expect, test } from 'vitest';
import {
  endOf,
  isFinal,
  isQueued,
  isRunning,
  isStopping,
  JOB_STATUSES,
  type JobStatus,
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

const FACTS: Readonly<Record<JobStatus, readonly unknown[]>> = {
  QUEUED: [isQueued],
  RENDERING: [isRunning],
  CANCELLING: [isRunning, isStopping],
  CANCELLED: ['stopped'],
  COMPLETED: ['finished'],
  FAILED: ['failed'],
};
test.each(JOB_STATUSES)(
  '%s waits, has a worker, waits for a proof, or has its own end',
  (status) => {
    const conditions = [isQueued, isRunning, isStopping].filter((holds) => holds(status));
    const end = endOf(status);
    expect([...conditions, ...(end === null ? [] : [end])]).toEqual(FACTS[status]);
  },
);
