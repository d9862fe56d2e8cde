import { eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { attempts } from '../../schema/index.ts';

export type AttemptChange = Partial<
  Pick<
    typeof attempts.$inferInsert,
    | 'outcome'
    | 'endedAt'
    | 'output'
    | 'scratchPath'
    | 'tree'
    | 'stopDeliveredAt'
    | 'stopReport'
    | 'removalReport'
    | 'confirmedAt'
  >
>;

/** Rows: one attempt, by primary key. Only the worker that made it and its host's next daemon write it. */
export async function saveAttempt(
  tx: Database,
  attemptId: string,
  change: AttemptChange,
): Promise<void> {
  await tx.update(attempts).set(change).where(eq(attempts.id, attemptId));
}
