import { eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
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
    | 'tree'
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
  const id = { id: attempts.id };
  const saved = await tx
    .update(attempts)
    .set(change)
    .where(eq(attempts.id, attemptId))
    .returning(id);
  return saved.length > 0;
}
