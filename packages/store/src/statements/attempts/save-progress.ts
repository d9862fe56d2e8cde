import type { AttemptProgress } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { HOSTS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../connect.ts';

export type Progress = AttemptProgress & { readonly attemptId: string };

/**
 * Rows: updates these attempts and notifies of their host, in one statement, by primary key. Fence:
 * an attempt that has ended keeps its progress.
 */
export async function saveProgress(
  db: Database,
  host: string,
  progress: readonly Progress[],
): Promise<void> {
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
    with saved as (
      update attempts a set phase = p.phase, progress = p.percent, frame = p.frame,
        total_frames = p.total_frames
      from (values ${rows}) as p(id, phase, percent, frame, total_frames)
      where a.id = p.id and a.outcome is null
    ) select pg_notify(${HOSTS_CHANNEL}, ${host})`);
}
