import type { TreeRecord } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { type AskedStop, askedStop, type StopRow, stopOfJob } from '../jobs/find-stop-request.ts';

const save = prepare<{ stop: StopRow | null }>(
  () => sql`update attempts a set tree = ${sql.placeholder('tree')}::jsonb
    where a.id = ${sql.placeholder('attemptId')}
    returning (select ${stopOfJob} from jobs
      where jobs.id = a.job_id and attempt_id = a.id and lease_expires_at is not null) as stop`,
);

/**
 * Rows: updates one attempt, and reads its job, both by primary key. Fence: none for the processes,
 * because only the worker that made the attempt and the next daemon on its host write them; the
 * stop request counts only while the attempt holds the job. Returns this request, or null; false if
 * the database has no such attempt.
 */
export async function saveTree(
  db: Database,
  attemptId: string,
  tree: TreeRecord,
): Promise<AskedStop | null | false> {
  const [row] = await save(db, { attemptId, tree: JSON.stringify(tree) });
  if (row === undefined) return false;
  return row.stop === null ? null : askedStop(row.stop);
}
