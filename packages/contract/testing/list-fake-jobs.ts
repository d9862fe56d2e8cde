import { compareInQueue, forEachStatus, isFinal, type JobStatus } from '@renderdeck/domain';
import { type ListJobsInput, type ListJobsOutput, mayRunOf } from '../src/index.ts';
import type { FakeFarm, FakeJob } from './fake-farm.ts';

/**
 * The list of jobs of a fake farm, with the promises of AdminPort. A cursor is a place in the list.
 */
export function listFakeJobs(farm: FakeFarm, input: ListJobsInput, at: Date): ListJobsOutput {
  const all = [...farm.records.values()].sort(compareInList);
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
    matching: { count: wanted.length, capped: false },
    at: at.toISOString(),
  };
}

function fits(
  record: FakeJob,
  input: ListJobsInput,
  openCount: (record: FakeJob) => number,
): boolean {
  const { q, host, by, status, show, open, from, to } = input;
  const { job } = record;
  const at = (job.endedAt ?? job.createdAt).toISOString();
  const hostOf = job.status === 'QUEUED' ? null : record.host;
  const text = `${job.name}\n${job.id}`.toLowerCase();
  return (
    (q === undefined || text.includes(q.toLowerCase())) &&
    (host === undefined || hostOf === host) &&
    (by === undefined || job.submittedBy === by) &&
    (status === undefined || job.status === status) &&
    (show === 'all' || isFinal(job.status) === (show === 'ended')) &&
    (!open || openCount(record) > 0) &&
    (from === undefined || from <= at) &&
    (to === undefined || at < to)
  );
}

/** Running jobs first, oldest start first; then waiting jobs; then ended jobs, newest first. */
function compareInList(a: FakeJob, b: FakeJob): number {
  const time = (at: Date | null) => at?.getTime() ?? 0;
  return (
    rank(a) - rank(b) ||
    (rank(a) === 2 ? time(b.job.endedAt) - time(a.job.endedAt) : 0) ||
    (rank(a) === 0 ? time(a.job.startedAt) - time(b.job.startedAt) : 0) ||
    compareInQueue(a.job, b.job)
  );
}

function rank({ job }: FakeJob): number {
  if (job.status === 'QUEUED') return 1;
  return isFinal(job.status) ? 2 : 0;
}
