import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { changeCtes, changeValues } from './change-ctes.ts';
import type { ChangedJob } from './changed-job.ts';

/**
 * One statement for each set of columns that changes. There are few such texts, and each is made
 * once.
 */
const statements = new Map<string, ReturnType<typeof prepare>>();

/**
 * Rows: updates one job and one attempt, inserts the change line, and notifies who must act at
 * once, in one statement. Lock: only until the end of this statement, so a caller without a
 * transaction that stops at any moment holds no row. Fence: the version that the caller read.
 * Returns false if the job has changed since; then nothing is written, and the caller reads the job
 * again.
 */
export async function changeJob(db: Database, changed: ChangedJob): Promise<boolean> {
  const values = changeValues(changed);
  const key = Object.keys(values).join();
  let statement = statements.get(key);
  if (statement === undefined) {
    const { ctes, notified } = changeCtes(changed, values);
    statement = prepare(() => sql`with ${ctes} select true as saved${notified} from job`);
    statements.set(key, statement);
  }
  return (await statement(db, values)).length === 1;
}
