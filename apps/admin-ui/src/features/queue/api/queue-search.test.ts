import { expect, it } from 'vitest';
import { aJob } from '../../../testing/a-job.ts';
import { endReason } from './end-reason.ts';
import {
  dayStart,
  isFiltered,
  matchesFilter,
  type QueueFilter,
  readQueueSearch,
} from './queue-search.ts';

it.each([
  [{}, { show: 'active' }],
  [
    { show: 'ended', q: 142 },
    { show: 'ended', q: '142' },
  ],
  [{ show: 'x', status: 'DONE', open: 'true', from: 'today' }, { show: 'active' }],
  [
    { status: 'FAILED', host: 'ae-03', by: 'mira', open: true, from: '2026-11-25', job: 'a' },
    { status: 'FAILED', host: 'ae-03', by: 'mira', open: true, from: '2026-11-25', job: 'a' },
  ],
  [{ q: ' ', to: '2026-11-99' }, { show: 'active' }],
])('reads %o from the address', (search, read) => {
  expect(readQueueSearch(search)).toEqual({ show: 'active', ...read });
});

it('a tab alone is no filter', () => {
  expect(isFiltered({ show: 'all', open: true })).toBe(false);
  expect(isFiltered({ show: 'active', by: 'mira' })).toBe(true);
});

const job = aJob({ endedAt: null, createdAt: dayStart('2026-11-25') });
it.each<[QueueFilter, boolean]>([
  [{ show: 'active' }, true],
  [{ show: 'ended' }, false],
  [{ show: 'all', q: 'SPOT' }, true],
  [{ show: 'all', q: '3f2b8c1e' }, true],
  [{ show: 'all', q: 'other' }, false],
  [{ show: 'all', status: 'QUEUED' }, false],
  [{ show: 'all', host: 'ae-03', by: 'mira' }, true],
  [{ show: 'all', host: 'ae-04' }, false],
  [{ show: 'all', by: 'sam' }, false],
  [{ show: 'all', open: true }, false],
  [{ show: 'all', from: '2026-11-25', to: '2026-11-25' }, true],
  [{ show: 'all', from: '2026-11-26' }, false],
  [{ show: 'all', to: '2026-11-24' }, false],
])('%o holds the job: %s', (filter, holds) => {
  expect(matchesFilter(job, filter)).toBe(holds);
});

it('a queued job has no host to be found by, though its last attempt had one', () => {
  expect(matchesFilter(aJob({ status: 'QUEUED' }), { show: 'all', host: 'ae-03' })).toBe(false);
});

it('a job that failed by itself has its failure as the reason', () => {
  expect(endReason(aJob({ failure: 'no such composition' }))).toBe('no such composition');
});
