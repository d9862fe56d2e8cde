import { eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';
import { attempts } from '../../schema/index.ts';

export type AttemptChange = Partial<
  Pick<
    typeof attempts.$inferInsert,
    | 'outcome'
    | 'endedAt'
    | 'output'
    | 'publications'
    | 'allPublished'
    | 'scratchPath'
    | 'stopRepeated'
    | 'stopDeliveredAt'
    | 'stopReport'
    | 'removalReport'
    | 'confirmedAt'
    | 'unprovenReason'
    | 'parts'
  >
>;

/**
 * Rows: updates one attempt, by primary key. Fence: none, because only the worker that made the
 * attempt and the next daemon on its host write it; the API writes only that a stop was repeated.
 * False if the database has no such attempt.
 */
export async function saveAttempt(
  tx: Database,
  attemptId: string,
  change: AttemptChange,
): Promise<boolean> {
  const saved = tx
    .update(attempts)
    .set(change)
    .where(eq(attempts.id, attemptId))
    .returning({ id: attempts.id });
  return (await runPrepared(tx, saved.getSQL())).length > 0;
}
