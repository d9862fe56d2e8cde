import { and, eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { submissions } from '../../schema/index.ts';

export type SubmissionRow = typeof submissions.$inferSelect;

/**
 * Rows: one submission under its principal's key. Lock: one that comes with the same key meanwhile waits for this transaction, by submissions_pkey.
 * Gives the submission that has the key: the first one, unless that was rolled back.
 */
export async function findOrInsertSubmission(
  tx: Database,
  submission: Omit<SubmissionRow, 'createdAt'>,
): Promise<Pick<SubmissionRow, 'jobId' | 'fingerprint'>> {
  const [made] = await tx.insert(submissions).values(submission).onConflictDoNothing().returning();
  if (made !== undefined) return made;
  const [first] = await tx
    .select()
    .from(submissions)
    .where(
      and(eq(submissions.principal, submission.principal), eq(submissions.key, submission.key)),
    );
  if (first === undefined)
    throw new Error('a submission was forgotten in the moment in which it was repeated');
  return first;
}
