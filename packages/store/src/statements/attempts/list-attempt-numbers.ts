import { desc, eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';
import type { AttemptRow } from './find-attempt.ts';

/**
 * Rows: reads the numbers of a job's attempts and how each ended. Order: newest first, by
 * attempts_number.
 */
export async function listAttemptNumbers(
  db: Database,
  jobId: string,
): Promise<readonly Pick<AttemptRow, 'id' | 'number' | 'outcome'>[]> {
  return await db
    .select({ id: attempts.id, number: attempts.number, outcome: attempts.outcome })
    .from(attempts)
    .where(eq(attempts.jobId, jobId))
    .orderBy(desc(attempts.number));
}
