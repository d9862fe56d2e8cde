import type { Job, JobView } from '@renderdeck/domain';
import { and, asc, desc, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobs } from '../../schema/index.ts';
import { IS_OPEN, jobViewFromRow, OWN_POSITION, selectJobViews } from './job-view.ts';

/**
 * The last job of a page and its part of the list: the next page starts after it. A queue key is
 * text, an instant is text in epoch milliseconds.
 */
export type ListPlace = {
  readonly part: 'running' | 'queued' | 'ended';
  readonly key: string;
  readonly id: string;
};

/** Which jobs of a part. `open`: only those with an open attempt. */
export type ListFilter = { readonly status: Job['status'] | null; readonly open: boolean };

/** Few jobs have an open attempt: they are found by attempts_open, then by primary key. */
function withOpenAttempt({ open }: Pick<ListFilter, 'open'>): SQL | undefined {
  return open
    ? sql`${jobs.id} = any (array(select a.job_id from attempts a where ${IS_OPEN}))`
    : undefined;
}

/** Rows: reads the jobs that a worker holds. Order: the longest running first, by jobs_leased. */
export async function listRunning(
  db: Database,
  filter: ListFilter,
  after: ListPlace | null,
  limit: number,
): Promise<readonly JobView[]> {
  const { status } = filter;
  const where = and(
    isNotNull(jobs.leaseExpiresAt),
    withOpenAttempt(filter),
    status === null ? undefined : eq(jobs.status, status),
    after === null
      ? undefined
      : sql`(${jobs.startedAt}, ${jobs.id}) >
          (to_timestamp(${after.key}::numeric / 1000), ${after.id}::uuid)`,
  );
  const views = selectJobViews(db, sql`null`).where(where);
  return (await views.orderBy(asc(jobs.startedAt), asc(jobs.id)).limit(limit)).map(jobViewFromRow);
}

/**
 * Rows: reads the queued jobs. Order: queue order, by jobs_queue. A whole page has no gaps, so one
 * count for its first job gives every position.
 */
export async function listQueued(
  db: Database,
  filter: Pick<ListFilter, 'open'>,
  after: ListPlace | null,
  limit: number,
): Promise<readonly JobView[]> {
  const first = after === null ? sql`` : sql`and first.queue_key > ${after.key}::bigint`;
  const position = sql<string>`(
    select queue_position(min(first.queue_key)) from jobs first
    where first.queue_key is not null ${first}
  ) + row_number() over (order by ${jobs.queueKey}) - 1`;
  const where = and(
    isNotNull(jobs.queueKey),
    withOpenAttempt(filter),
    after === null ? undefined : sql`${jobs.queueKey} > ${after.key}::bigint`,
  );
  const views = selectJobViews(db, filter.open ? OWN_POSITION : position).where(where);
  return (await views.orderBy(asc(jobs.queueKey)).limit(limit)).map(jobViewFromRow);
}

/** Rows: reads the jobs that have ended. Order: the latest end first, by jobs_ended. */
export async function listEnded(
  db: Database,
  filter: ListFilter,
  after: ListPlace | null,
  limit: number,
): Promise<readonly JobView[]> {
  const { status } = filter;
  const end = after === null ? null : sql`to_timestamp(${after.key}::numeric / 1000)`;
  const where = and(
    isNotNull(jobs.endedAt),
    withOpenAttempt(filter),
    status === null ? undefined : eq(jobs.status, status),
    after === null
      ? undefined
      : sql`(${jobs.endedAt} < ${end}
          or (${jobs.endedAt} = ${end} and ${jobs.id} > ${after.id}::uuid))`,
  );
  const views = selectJobViews(db, sql`null`).where(where);
  return (await views.orderBy(desc(jobs.endedAt), asc(jobs.id)).limit(limit)).map(jobViewFromRow);
}
