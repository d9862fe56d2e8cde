import { MOST_COUNTED } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isFailedJob } from '../../schema/columns.ts';

export type FailureFilter = {
  /** The time of the end; `to` itself is excluded. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly host: string | null;
  readonly reason: string | null;
};

/** The failed jobs of one reason, one host and one template. */
export type FailureRow = {
  readonly reason: string;
  readonly host: string | null;
  /** As the job has it, without its secrets. */
  readonly template: string | null;
  readonly count: number;
  readonly newest: {
    readonly id: string;
    readonly name: string;
    readonly failure: string;
    /** In milliseconds. */
    readonly endedAt: number;
  };
};

/**
 * Rows: groups the newest MOST_COUNTED failed jobs that fit by reason, host and template. By
 * jobs_ended_with_status, with a reason by jobs_failed_for; the definitions by primary key.
 */
export async function listFailures(
  db: Database,
  { from, to, host, reason }: FailureFilter,
): Promise<readonly FailureRow[]> {
  const conditions = [
    isFailedJob('j'),
    from === null ? null : sql`j.ended_at >= ${from.toISOString()}::timestamptz`,
    to === null ? null : sql`j.ended_at < ${to.toISOString()}::timestamptz`,
    host === null ? null : sql`j.host = ${host}`,
    reason === null ? null : sql`failure_reason(j.failure) = ${reason}`,
  ].filter((condition) => condition !== null);
  const fits = sql.join(conditions, sql` and `);
  const rows = await db.execute<FailureRow & Record<string, unknown>>(sql`
    with failed as materialized (
      select j.id, j.host, j.ended_at, coalesce(j.failure, '') as failure from jobs j
      where ${fits} order by j.ended_at desc nulls first, j.id limit ${MOST_COUNTED}
    ), named as (
      select f.id, f.host, f.ended_at, failure_reason(f.failure) as reason,
        d.nexrender_job #>> '{template,src}' as template
      from failed f left join job_definitions d on d.job_id = f.id
    ), grouped as (
      select reason, host, template, count(*)::int as count,
        (array_agg(id order by ended_at desc, id))[1] as newest
      from named group by reason, host, template
    )
    select g.reason, g.host, g.template, g.count,
      jsonb_build_object('id', j.id, 'name', j.name, 'failure', coalesce(j.failure, ''),
        'endedAt', (extract(epoch from j.ended_at) * 1000)::bigint) as newest
    from grouped g join jobs j on j.id = g.newest`);
  return rows;
}
