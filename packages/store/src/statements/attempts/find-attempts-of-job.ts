import { desc, eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { attempts } from '../../schema/index.ts';
import type { AttemptRow } from './find-attempt.ts';

/** Rows: reads all attempts of a job. Order: the newest first, by attempts_number. */
export async function findAttemptsOfJob(
  db: Database,
  jobId: string,
): Promise<readonly AttemptRow[]> {
  return await db
    .select()
    .from(attempts)
    .where(eq(attempts.jobId, jobId))
    .orderBy(desc(attempts.number));
}
