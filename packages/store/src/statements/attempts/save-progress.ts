import type { AttemptProgress } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

export type Progress = AttemptProgress & { readonly attemptId: string };

/**
 * Rows: updates these attempts in one statement, by primary key. Fence: an attempt that has ended
 * keeps its progress.
 */
export async function saveProgress(db: Database, progress: readonly Progress[]): Promise<void> {
  if (progress.length === 0) return;
  const rows = sql.join(
    progress.map(
      (p) =>
        sql`(${p.attemptId}::uuid, ${p.phase}::text, ${p.percent}::real,
          ${p.frame}::int, ${p.totalFrames}::int)`,
    ),
    sql`, `,
  );
  await db.execute(sql`
    update attempts a set phase = p.phase, progress = p.percent, frame = p.frame,
      total_frames = p.total_frames
    from (values ${rows}) as p(id, phase, percent, frame, total_frames)
    where a.id = p.id and a.outcome is null`);
}
