import {
  compareInQueue,
  endOf,
  failureReason,
  forEachStatus,
  isFinal,
  type JobSortKey,
  type JobStatus,
  sortOf,
} from '@renderdeck/domain';
import { type ListJobsInput, type ListJobsOutput, mayRunOf } from '../src/index.ts';
import type { FakeFarm, FakeJob } from './fake-farm.ts';

/**
 * The list of jobs of a fake farm, with the promises of AdminPort. A cursor is a place in the list.
 */
export function listFakeJobs(farm: FakeFarm, input: ListJobsInput, at: Date): ListJobsOutput {
  const all = [...farm.records.values()].sort(compareIn(input.sort));
  const openCount = (record: FakeJob) => mayRunOf(farm.wire(record)).length;
  const wanted = all.filter((record) => fits(record, input, openCount));
  const { cursor, direction, skip, limit } = input;
  const edge = cursor === undefined ? null : Number(cursor);
  const [start, end] =
    direction === 'next'
      ? [(edge ?? -1) + 1 + skip, (edge ?? -1) + 1 + skip + limit]
      : [(edge ?? wanted.length) - skip - limit, (edge ?? wanted.length) - skip];
  const page = wanted.slice(Math.max(0, start), Math.max(0, end));
  const count = (status: JobStatus) => all.filter(({ job }) => job.status === status).length;
  const cancelled = all.filter(({ job }) => job.status === 'CANCELLED');
  return {
    jobs: page.map(farm.wire),
    nextCursor: page.length > 0 && end < wanted.length ? String(end - 1) : null,
    previousCursor: page.length > 0 && start > 0 ? String(start) : null,
    counts: {
      rendering: count('RENDERING'),
      cancelling: count('CANCELLING'),
      queued: count('QUEUED'),
      unconfirmed: cancelled.filter((record) => openCount(record) > 0).length,
      open: all.reduce((sum, record) => sum + openCount(record), 0),
      byStatus: forEachStatus(count),
    },
    matching: {
      count: wanted.length,
      running: wanted.filter((record) => rank(record) === 0).length,
      queued: wanted.filter((record) => rank(record) === 1).length,
      capped: false,
    },
    at: at.toISOString(),
  };
}

function fits(
  record: FakeJob,
  input: ListJobsInput,
  openCount: (record: FakeJob) => number,
): boolean {
  const { q, host, by, template, status, show, open, from, to, reason } = input;
  const { job } = record;
  const at = (job.endedAt ?? job.createdAt).toISOString();
  const hostOf = job.status === 'QUEUED' ? null : record.host;
  const text = `${job.name}\n${job.id}`.toLowerCase();
  return (
    (q === undefined || text.includes(q.toLowerCase())) &&
    (host === undefined || hostOf === host) &&
    (by === undefined || job.submittedBy === by) &&
    (template === undefined || job.template === template) &&
    (status === undefined || job.status === status) &&
    (show === 'all' || isFinal(job.status) === (show === 'ended')) &&
    (!open || openCount(record) > 0) &&
    (from === undefined || from <= at) &&
    (to === undefined || at < to) &&
    (reason === undefined ||
      (endOf(job.status) === 'failed' && failureReason(job.failure ?? '') === reason))
  );
}

const time = (at: Date | null) => at?.getTime() ?? 0;

/** Running jobs first, oldest start first; then waiting jobs; then ended jobs in their order. */
function compareIn(sort: ListJobsInput['sort']): (a: FakeJob, b: FakeJob) => number {
  const { by, descending } = sortOf(sort);
  return (a, b) =>
    rank(a) - rank(b) ||
    (rank(a) === 2 ? (descending ? -1 : 1) * compareEnded(by, a, b) : 0) ||
    (rank(a) === 0 ? time(a.job.startedAt) - time(b.job.startedAt) : 0) ||
    compareInQueue(a.job, b.job);
}

function compareEnded(by: JobSortKey, a: FakeJob, b: FakeJob): number {
  if (by === 'ended') return time(a.job.endedAt) - time(b.job.endedAt);
  if (by === 'duration') return tookMs(a) - tookMs(b);
  const [first, second] = [a.job.name.toLowerCase(), b.job.name.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}

function tookMs({ job: { startedAt, endedAt } }: FakeJob): number {
  return startedAt === null ? 0 : time(endedAt) - time(startedAt);
}

function rank({ job }: FakeJob): number {
  if (job.status === 'QUEUED') return 1;
  return isFinal(job.status) ? 2 : 0;
}
