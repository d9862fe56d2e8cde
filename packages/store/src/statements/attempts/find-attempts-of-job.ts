import { desc, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { anyOf } from '../../prepared/prepare.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { attempts } from '../../schema/index.ts';
import { type AttemptRow, attemptColumns } from './find-attempt.ts';

const read = prepareSelect(attemptColumns, (select) =>
  select
    .from(attempts)
    .where(sql`${attempts.jobId} = ${anyOf('ids')}`)
    .orderBy(desc(attempts.number)),
);

/** Rows: reads all attempts of these jobs. Order: newest first, by attempts_number. */
export async function findAttemptsOfJobs(
  db: Database,
  ids: readonly string[],
): Promise<readonly AttemptRow[]> {
  return await read(db, { ids: `{${ids.join()}}` });
}

/** Rows: reads all attempts of one job, as findAttemptsOfJobs does. */
export function findAttemptsOfJob(db: Database, jobId: string): Promise<readonly AttemptRow[]> {
  return findAttemptsOfJobs(db, [jobId]);
}
