import type { AttemptProgress, StepName } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** A step, and how long ago it began by the steady clock of the host. */
export type BegunStep = { readonly name: StepName; readonly msAgo: number };
export type Progress = AttemptProgress & {
  readonly attemptId: string;
  /** All steps that have begun. A step that is already saved keeps its time. */
  readonly steps: readonly BegunStep[];
};

/**
 * Rows: updates these attempts, in one statement, by primary key. Fence: an attempt that has ended
 * keeps its progress, and a saved step keeps its time. The time of a new step is the database's
 * time minus the age of the step.
 */
export async function saveProgress(db: Database, progress: readonly Progress[]): Promise<void> {
  if (progress.length === 0) return;
  const rows = sql.join(
    progress.map(
      (p) =>
        sql`(${p.attemptId}::uuid, ${p.phase}::text, ${p.percent}::real,
          ${p.frame}::int, ${p.totalFrames}::int, ${JSON.stringify(p.steps)}::jsonb)`,
    ),
    sql`, `,
  );
  const newSteps = sql`(
    select jsonb_agg(jsonb_build_object('name', s.name, 'startedAt', to_char(
      (clock_timestamp() - s."msAgo" * interval '1 millisecond') at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
    from jsonb_to_recordset(p.steps) as s (name text, "msAgo" float8)
    where a.steps is null
      or not a.steps @> jsonb_build_array(jsonb_build_object('name', s.name)))`;
  await db.execute(sql`
    update attempts a set phase = p.phase, progress = p.percent, frame = p.frame,
      total_frames = p.total_frames, progress_at = clock_timestamp(),
      steps = coalesce(a.steps, '[]') || coalesce(${newSteps}, '[]')
    from (values ${rows}) as p(id, phase, percent, frame, total_frames, steps)
    where a.id = p.id and a.outcome is null`);
}
