import { desc, eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { attempts } from '../../schema/index.ts';

/** Rows: reads the numbers of a job's attempts. Order: the newest first, by attempts_number. */
export async function listAttemptNumbers(
  db: Database,
  jobId: string,
): Promise<readonly { readonly id: string; readonly number: number }[]> {
  return await db
    .select({ id: attempts.id, number: attempts.number })
    .from(attempts)
    .where(eq(attempts.jobId, jobId))
    .orderBy(desc(attempts.number));
}
