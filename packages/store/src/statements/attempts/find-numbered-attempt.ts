import { and, desc, eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';

export type NumberedAttempt = Pick<
  typeof attempts.$inferSelect,
  'id' | 'number' | 'outcome' | 'endedAt' | 'logDeletedAt'
>;

/**
 * Rows: reads the attempt of a job with this number, or its newest attempt, by attempts_number.
 * Null if there is none.
 */
export async function findNumberedAttempt(
  db: Database,
  jobId: string,
  wanted: number | null,
): Promise<NumberedAttempt | null> {
  const { id, number, outcome, endedAt, logDeletedAt } = attempts;
  const [row] = await db
    .select({ id, number, outcome, endedAt, logDeletedAt })
    .from(attempts)
    .where(and(eq(attempts.jobId, jobId), wanted === null ? undefined : eq(number, wanted)))
    .orderBy(desc(number))
    .limit(1);
  return row ?? null;
}
