import {
  isFinal,
  isQueued,
  JOB_STATUSES,
  type JobStatus,
  mayRunOf,
  type WireJob,
} from '@renderdeck/contract';

/** What the address of the queue page says: which jobs are listed, and which one is selected. */
export type QueueSearch = {
  readonly show: 'active' | 'ended' | 'all';
  readonly q?: string;
  readonly status?: JobStatus;
  readonly host?: string;
  readonly by?: string;
  /** Only jobs with an open attempt. */
  readonly open?: true;
  /** First and last day, such as 2026-11-25, in the time zone of the browser. */
  readonly from?: string;
  readonly to?: string;
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
  const from = dayOf(search.from);
  const to = dayOf(search.to);
  const job = textOf(search.job);
  return {
    show: show === 'ended' || show === 'all' ? show : 'active',
    ...(q !== undefined && { q }),
    ...(status !== undefined && { status }),
    ...(host !== undefined && { host }),
    ...(by !== undefined && { by }),
    ...(open === true && { open }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(job !== undefined && { job }),
  };
}

/** True if the filter hides jobs that the tab alone would show. */
export function isFiltered({ q, status, host, by, from, to }: QueueFilter): boolean {
  return [q, status, host, by, from, to].some((value) => value !== undefined);
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

/** When this day, or a later one, begins in the time zone of the browser. */
export function dayStart(day: string, daysLater = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}

/** True if the server would list the job for this filter. */
export function matchesFilter(job: WireJob, filter: QueueFilter): boolean {
  const { show, q, status, host, by, open, from, to } = filter;
  const at = Date.parse(job.endedAt ?? job.createdAt);
  return (
    (show === 'all' || isFinal(job.status) === (show === 'ended')) &&
    (q === undefined || contains(job.name, q) || contains(job.id, q)) &&
    (status === undefined || job.status === status) &&
    (host === undefined || (!isQueued(job.status) && job.host === host)) &&
    (by === undefined || job.submittedBy === by) &&
    (open === undefined || mayRunOf(job).length > 0) &&
    (from === undefined || at >= Date.parse(dayStart(from))) &&
    (to === undefined || at < Date.parse(dayStart(to, 1)))
  );
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
