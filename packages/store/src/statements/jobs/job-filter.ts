import type { JobStatus } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { isFailedJob, isRunningJob } from '../../schema/columns.ts';

/** The three sections of the list of jobs, in its order. */
export type ListSection = 'running' | 'queued' | 'ended';

/** Which jobs of a section to read: those that fit every filter that is not null. */
export type JobFilter = {
  /** A part of the name or of the id; upper and lower case are the same. */
  readonly q: string | null;
  /** The host of the latest attempt; a queued job has none. */
  readonly host: string | null;
  readonly by: string | null;
  /** The file name of the template. */
  readonly template: string | null;
  readonly status: JobStatus | null;
  /** Only jobs of which something may still run although their attempt no longer holds them. */
  readonly open: boolean;
  /**
   * For an ended job the time of its end, for other jobs of their submission. `to` itself is
   * excluded.
   */
  readonly from: Date | null;
  readonly to: Date | null;
  /** Only failed jobs whose failure has this reason (failureReason). */
  readonly reason: string | null;
};

/**
 * The condition of each section repeats the condition of its index, so that PostgreSQL uses the
 * index.
 */
const IN_SECTION: Readonly<Record<ListSection, SQL>> = {
  running: isRunningJob('j'),
  queued: sql`j.queue_key is not null`,
  ended: sql`j.ended_at is not null`,
};

/** The condition for the jobs of a section, as rows `j`, that fit the filter. */
export function fitsFilter(section: ListSection, filter: JobFilter): SQL {
  const { q, host, by, template, status, open, from, to, reason } = filter;
  const at = section === 'ended' ? sql`j.ended_at` : sql`j.created_at`;
  const conditions = [
    IN_SECTION[section],
    q === null ? null : hasText(q),
    host === null ? null : section === 'queued' ? sql`false` : sql`j.host = ${host}`,
    by === null ? null : sql`j.submitted_by = ${by}`,
    template === null ? null : sql`j.template = ${template}`,
    // A waiting job is always QUEUED. With the condition, PostgreSQL would read the row behind each
    // index entry.
    status === null || section === 'queued' ? null : sql`j.status = ${status}`,
    // These jobs are few: found by attempts_unconfirmed and jobs_awaiting, then by primary key.
    open ? sql`j.id = any (array(select job_id from unproven where state = 'open'))` : null,
    from === null ? null : sql`${at} >= ${from.toISOString()}::timestamptz`,
    to === null ? null : sql`${at} < ${to.toISOString()}::timestamptz`,
    // By jobs_failed_for.
    reason === null ? null : sql`${isFailedJob('j')} and failure_reason(j.failure) = ${reason}`,
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
 * Only jobs of the section that have all trigrams of the text, by the search index of the section.
 * The text itself is compared afterwards. Running jobs are few, so they have no search index, and
 * all of them are compared.
 */
export function mayHaveText(section: ListSection, q: string): SQL {
  if (section === 'running') return IN_SECTION.running;
  return sql`${IN_SECTION[section]} and job_trigrams(j.name, j.id) @@ find_trigrams(${q}::text)`;
}
