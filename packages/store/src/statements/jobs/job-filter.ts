import type { JobStatus } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';

/** The three parts of the list of jobs, in its order. */
export type ListPart = 'running' | 'queued' | 'ended';

/** Which jobs of a part: those that fit all that is not null. */
export type JobFilter = {
  /** A part of the name or of the id, in any case of letters. */
  readonly q: string | null;
  /** The host of the latest attempt; a queued job has none. */
  readonly host: string | null;
  readonly by: string | null;
  readonly status: JobStatus | null;
  /** Only jobs of which something may still run although it gave up the job. */
  readonly open: boolean;
  /** Of the end of a job that has ended, else of its submission. `to` itself is left out. */
  readonly from: Date | null;
  readonly to: Date | null;
};

/** The condition of each part repeats the one of its index, so that the index serves it. */
const IN_PART: Readonly<Record<ListPart, SQL>> = {
  running: sql`j.lease_expires_at is not null`,
  queued: sql`j.queue_key is not null`,
  ended: sql`j.ended_at is not null`,
};

/** Gives the condition for the jobs of a part, as rows `j`, that fit the filter. */
export function fitsFilter(part: ListPart, filter: JobFilter): SQL {
  const { q, host, by, status, open, from, to } = filter;
  const at = part === 'ended' ? sql`j.ended_at` : sql`j.created_at`;
  const conditions = [
    IN_PART[part],
    q === null ? null : hasText(q),
    host === null ? null : part === 'queued' ? sql`false` : sql`j.host = ${host}`,
    by === null ? null : sql`j.submitted_by = ${by}`,
    // What waits is QUEUED; to ask again would read the row behind each entry of the index.
    status === null || part === 'queued' ? null : sql`j.status = ${status}`,
    // They are few: found by attempts_unconfirmed and jobs_awaiting, then by primary key.
    open ? sql`j.id = any (array(select job_id from unproven where state = 'open'))` : null,
    from === null ? null : sql`${at} >= ${from.toISOString()}::timestamptz`,
    to === null ? null : sql`${at} < ${to.toISOString()}::timestamptz`,
  ];
  return sql.join(
    conditions.filter((condition) => condition !== null),
    sql` and `,
  );
}

function hasText(q: string): SQL {
  return sql`(strpos(lower(j.name), lower(${q}::text)) > 0
    or strpos(j.id::text, lower(${q}::text)) > 0)`;
}

/**
 * Only jobs of the part that have all parts of the text, by its jobs_search; the text itself still
 * decides. Few jobs run: those are not searched, and all may have it.
 */
export function mayHaveText(part: ListPart, q: string): SQL {
  if (part === 'running') return IN_PART.running;
  return sql`${IN_PART[part]} and job_parts(j.name, j.id) @@ find_parts(${q}::text)`;
}
