import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIORITY } from './priority.ts';
import {
  behindPriority,
  compareInQueue,
  type Queued,
  queueKey,
  queuePosition,
} from './queue-order.ts';

const MAX_SEQ = 2 ** 47;
const queued = fc.record({
  priority: fc.integer({ min: PRIORITY.min, max: PRIORITY.max }),
  queueSeq: fc.integer({ min: 1, max: MAX_SEQ }),
});
const queue = fc.uniqueArray(queued, {
  selector: ({ queueSeq }) => queueSeq,
  minLength: 1,
  maxLength: 50,
});
const sign = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

test('larger priority first, then the older submission', () => {
  const jobs: readonly Queued[] = [
    { priority: 50, queueSeq: 2 },
    { priority: 0, queueSeq: 1 },
    { priority: 100, queueSeq: 4 },
    { priority: 50, queueSeq: 3 },
  ];
  expect([...jobs].sort(compareInQueue).map(({ queueSeq }) => queueSeq)).toEqual([4, 2, 3, 1]);
});

test('the order of the keys is the order of the queue', () => {
  fc.assert(
    fc.property(
      queued,
      queued,
      (a, b) => sign(queueKey(a), queueKey(b)) === Math.sign(compareInQueue(a, b)),
    ),
  );
});

test('the place behind a priority is after all its jobs and before all jobs below it', () => {
  fc.assert(
    fc.property(queued, fc.integer(PRIORITY), (job, priority) => {
      expect(queueKey(job) < behindPriority(priority)).toBe(job.priority >= priority);
    }),
  );
});

test('a key fits into a signed 64-bit column and is never negative', () => {
  fc.assert(fc.property(queued, (job) => queueKey(job) >= 0n && queueKey(job) < 2n ** 63n));
});

test('the positions are 1 to n in queue order, each once', () => {
  fc.assert(
    fc.property(queue, (jobs) => {
      const positions = [...jobs].sort(compareInQueue).map((job) => queuePosition(job, jobs));
      expect(positions).toEqual(jobs.map((_, index) => index + 1));
    }),
  );
});

test('a job that is not in the list gets the position that it would have', () => {
  fc.assert(
    fc.property(
      queue,
      ([job, ...others]) =>
        job === undefined || queuePosition(job, others) === queuePosition(job, [job, ...others]),
    ),
  );
});
