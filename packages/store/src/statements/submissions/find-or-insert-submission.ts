import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import type { submissions } from '../../schema/index.ts';

export type SubmissionRow = typeof submissions.$inferSelect;

type Row = { readonly job_id: string; readonly fingerprint: string };

const value = (name: string) => sql.placeholder(name);
const insert = prepare<Row>(
  () => sql`
    insert into submissions (principal, key, fingerprint, job_id)
    values (${value('principal')}, ${value('key')}, ${value('fingerprint')}, ${value('jobId')})
    on conflict do nothing returning job_id, fingerprint`,
);
const find = prepare<Row>(
  () => sql`
    select job_id, fingerprint from submissions
    where principal = ${value('principal')} and key = ${value('key')}`,
);

/**
 * Rows: inserts one submission, or reads the existing one with its key. Lock: the unique index
 * submissions_pkey, so a second submission with the same key waits for this transaction.
 */
export async function findOrInsertSubmission(
  tx: Database,
  submission: Omit<SubmissionRow, 'createdAt'>,
): Promise<Pick<SubmissionRow, 'jobId' | 'fingerprint'>> {
  const [made] = await insert(tx, submission);
  const [row] = made === undefined ? await find(tx, submission) : [made];
  if (row === undefined)
    throw new Error('the submission with this key was deleted between insert and select');
  return { jobId: row.job_id, fingerprint: row.fingerprint };
}
