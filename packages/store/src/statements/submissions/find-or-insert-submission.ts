import { and, eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { submissions } from '../../schema/index.ts';

export type SubmissionRow = typeof submissions.$inferSelect;

/**
 * Rows: inserts one submission, or reads the one that has its key. Lock: the unique index
 * submissions_pkey, so a second submission with the same key waits for this transaction.
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
    throw new Error('the submission with this key was deleted between insert and select');
  return first;
}
