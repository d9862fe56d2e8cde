import type { Pace } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isRunningJob } from '../../schema/columns.ts';
import { tryWorkLock } from '../../work-lock.ts';
import { paceKey } from '../jobs/pace-key.ts';

export type RunningPace = {
  readonly attemptId: string;
  readonly pace: Pace;
  readonly expectedEndAt: Date | null;
  /** The database's time of the read. */
  readonly at: Date;
};
type Row = Omit<Pace, 'progressAt' | 'startedAt' | 'renderStartedAt'> & {
  readonly attemptId: string;
  readonly progressAt: string;
  readonly startedAt: string;
  readonly renderStartedAt: string | null;
  readonly expectedEndAt: string | null;
  readonly at: string;
};

/**
 * Rows: reads the attempts that hold a job and have reported progress, by jobs_running, with the
 * time that earlier renders of the same template took. Lock: its work lock until the transaction
 * ends. It never waits; it gives no rows if another process has the lock.
 */
export async function readRunningPaces(tx: Database): Promise<readonly RunningPace[]> {
  const rows = await tx.execute<Row>(sql`
    with mine as materialized (select 1 where ${tryWorkLock('estimates')})
    select a.id as "attemptId", a.progress as percent, a.frame, a.total_frames as "totalFrames",
      a.progress_at as "progressAt", a.created_at as "startedAt",
      (select step->>'startedAt' from jsonb_array_elements(a.steps) step
        where step->>'name' = 'render') as "renderStartedAt",
      p.mean_ms::float8 as "earlierMs", a.expected_end_at as "expectedEndAt",
      clock_timestamp() as at
    from mine, jobs j join attempts a on a.id = j.attempt_id
      left join job_definitions d on d.job_id = j.id
      left join render_paces p on p.key = ${paceKey('d.nexrender_job')}
    where ${isRunningJob('j')} and a.outcome is null and a.progress_at is not null`);
  return rows.map((row) => ({
    attemptId: row.attemptId,
    pace: {
      percent: row.percent,
      frame: row.frame,
      totalFrames: row.totalFrames,
      progressAt: new Date(row.progressAt),
      startedAt: new Date(row.startedAt),
      renderStartedAt: row.renderStartedAt === null ? null : new Date(row.renderStartedAt),
      earlierMs: row.earlierMs,
    },
    expectedEndAt: row.expectedEndAt === null ? null : new Date(row.expectedEndAt),
    at: new Date(row.at),
  }));
}

/**
 * Rows: updates these attempts, by primary key. Lock: skips an attempt that its worker is changing
 * at this moment. Fence: an attempt that has ended stays unchanged.
 */
export async function saveExpectedEnds(
  tx: Database,
  ends: readonly { readonly attemptId: string; readonly endAt: Date | null }[],
): Promise<void> {
  if (ends.length === 0) return;
  const rows = ends.map(
    ({ attemptId, endAt }) =>
      sql`(${attemptId}::uuid, ${endAt?.toISOString() ?? null}::timestamptz)`,
  );
  await tx.execute(sql`
    with ends (id, end_at) as (values ${sql.join(rows, sql`, `)}), free as (
      select a.id from attempts a where a.id in (select id from ends) and a.outcome is null
      for update skip locked
    )
    update attempts a set expected_end_at = e.end_at from ends e, free
    where a.id = free.id and e.id = free.id`);
}
