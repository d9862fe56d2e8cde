import {
  endOf,
  failureReason,
  isFinal,
  isQueued,
  JOB_SORTS,
  JOB_STATUSES,
  type JobSort,
  type JobStatus,
  type ListJobsInput,
  mayRunOf,
  type WireJob,
} from '@renderdeck/contract';
import { dayStart } from '../../../components/time/days.ts';

export { dayStart };

/** What the address of the queue page says: which jobs are listed, and which one is selected. */
export type QueueSearch = {
  readonly show: 'active' | 'ended' | 'all';
  readonly q?: string;
  readonly status?: JobStatus;
  readonly host?: string;
  readonly by?: string;
  readonly template?: string;
  /** The order of ended jobs; unset: the newest end first. */
  readonly sort?: JobSort;
  /** Only jobs with an open attempt. */
  readonly open?: true;
  /** First and last day, such as 2026-11-25, in the time zone of the browser. */
  readonly from?: string;
  readonly to?: string;
  /** Only failed jobs with this reason, as the page Failures groups them. */
  readonly reason?: string;
  /** The selected job. */
  readonly job?: string;
};
/** Which jobs are listed. */
export type QueueFilter = Omit<QueueSearch, 'job'>;

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Reads the address; what it cannot read is left out. */
export function readQueueSearch(search: Record<string, unknown>): QueueSearch {
  const { show, open } = search;
  const status = JOB_STATUSES.find((known) => known === search.status);
  const q = textOf(search.q);
  const host = textOf(search.host);
  const by = textOf(search.by);
  const template = textOf(search.template);
  const sort = JOB_SORTS.find((known) => known === search.sort);
  const from = dayOf(search.from);
  const to = dayOf(search.to);
  const reason = textOf(search.reason);
  const job = textOf(search.job);
  return {
    show: show === 'ended' || show === 'all' ? show : 'active',
    ...(q !== undefined && { q }),
    ...(status !== undefined && { status }),
    ...(host !== undefined && { host }),
    ...(by !== undefined && { by }),
    ...(template !== undefined && { template }),
    ...(sort !== undefined && { sort }),
    ...(open === true && { open }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(reason !== undefined && { reason }),
    ...(job !== undefined && { job }),
  };
}

/** True if the filter hides jobs that the tab alone would show. An end has a tab of its own. */
export function isFiltered(filter: QueueFilter): boolean {
  const { show, q, status, host, by, template, from, to, reason } = filter;
  const ofStatus = show === 'ended' ? undefined : status;
  return [q, ofStatus, host, by, template, from, to, reason].some((value) => value !== undefined);
}

/** The tab and the order alone. */
export function withoutFilter({ show, open, status, sort }: QueueFilter): QueueFilter {
  return readQueueSearch({ show, open, sort, status: show === 'ended' ? status : undefined });
}

/** What to ask the server for these rows of the list. */
export function listJobsInput(
  { from, to, ...filter }: QueueFilter,
  skip: number,
  limit: number,
): Partial<ListJobsInput> {
  return {
    ...filter,
    ...(from !== undefined && { from: dayStart(from) }),
    ...(to !== undefined && { to: dayStart(to, 1) }),
    skip,
    limit,
  };
}

/** The router reads `?q=142` as a number. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

function dayOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** True if the server would list the job for this filter. */
export function matchesFilter(job: WireJob, filter: QueueFilter): boolean {
  const { show, q, status, host, by, template, open, from, to, reason } = filter;
  const at = Date.parse(job.endedAt ?? job.createdAt);
  return (
    (show === 'all' || isFinal(job.status) === (show === 'ended')) &&
    (q === undefined || contains(job.name, q) || contains(job.id, q)) &&
    (status === undefined || job.status === status) &&
    (host === undefined || (!isQueued(job.status) && job.host === host)) &&
    (by === undefined || job.submittedBy === by) &&
    (template === undefined || job.template === template) &&
    (open === undefined || mayRunOf(job).length > 0) &&
    (from === undefined || at >= Date.parse(dayStart(from))) &&
    (to === undefined || at < Date.parse(dayStart(to, 1))) &&
    (reason === undefined || hasReason(job, reason))
  );
}

/** Whether the server counts the job as one that failed for this reason. */
function hasReason({ status, failure }: WireJob, reason: string): boolean {
  return endOf(status) === 'failed' && failureReason(failure ?? '') === reason;
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
