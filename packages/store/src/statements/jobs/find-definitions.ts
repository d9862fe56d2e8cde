import { type HiddenPlace, type Json, splitSecrets } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobDefinitions } from '../../schema/index.ts';
import { IDS } from './job-view.ts';

/** What was submitted as a job. It never changes. */
export type JobDefinition = {
  /**
   * The job as submitted, with secrets hidden. Secrets that an earlier version did not recognise
   * are hidden, too.
   */
  readonly nexrenderJob: Json;
  /** The places of all hidden secrets. */
  readonly hidden: readonly HiddenPlace[];
};

const { jobId, nexrenderJob, hidden } = jobDefinitions;
const selectSeveral = prepareSelect({ jobId, nexrenderJob, hidden }, (select) =>
  select.from(jobDefinitions).where(sql`${jobId} = ${IDS}`),
);

/** Rows: reads the definitions of these jobs by primary keys. Gives a map by job id. */
export async function findDefinitions(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobDefinition>> {
  const rows = await selectSeveral(db, { ids: `{${ids.join()}}` });
  return new Map(
    rows.map((row) => {
      const again = splitSecrets(row.nexrenderJob);
      return [row.jobId, { nexrenderJob: again.shown, hidden: [...row.hidden, ...again.hidden] }];
    }),
  );
}
