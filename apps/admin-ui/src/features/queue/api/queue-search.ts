import { JOB_STATUSES, type JobStatus } from '@renderdeck/contract';

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

/** True where the list leaves out jobs that its tab would show. */
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
