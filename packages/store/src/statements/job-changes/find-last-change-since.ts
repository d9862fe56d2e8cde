import { and, desc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobChanges } from '../../schema/index.ts';

const read = prepareSelect(getTableColumns(jobChanges), (select) =>
  select
    .from(jobChanges)
    .where(
      and(
        eq(jobChanges.jobId, sql.placeholder('jobId')),
        gt(jobChanges.version, sql.placeholder('version')),
      ),
    )
    .orderBy(desc(jobChanges.version))
    .limit(1),
);

/**
 * Rows: reads the newest change of a job after a version, by job_changes_job. Null if there is
 * none.
 */
export async function findLastChangeSince(tx: Database, jobId: string, version: number) {
  const [row] = await read(tx, { jobId, version });
  return row ?? null;
}
