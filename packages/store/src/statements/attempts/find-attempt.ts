import { eq, getTableColumns } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';

const { usageHistory: _, ...columns } = getTableColumns(attempts);
/**
 * The columns that readers of attempts need. The usage over the whole attempt is long, so it is
 * read separately.
 */
export const attemptColumns = columns;
export type AttemptRow = Omit<typeof attempts.$inferSelect, 'usageHistory'>;

/** Rows: reads one attempt, by primary key. Null if there is none. */
export async function findAttempt(db: Database, attemptId: string): Promise<AttemptRow | null> {
  const [row] = await db.select(attemptColumns).from(attempts).where(eq(attempts.id, attemptId));
  return row ?? null;
}
