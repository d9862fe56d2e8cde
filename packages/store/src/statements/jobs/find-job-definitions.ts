import { type Json, splitSecrets } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { anyOf } from '../../prepared/any-of.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobDefinitions } from '../../schema/index.ts';

export type JobDefinition = {
  readonly nexrenderJob: Json;
  readonly secretsDeletedAt: Date | null;
};

const select = prepareSelect((db) =>
  db
    .select()
    .from(jobDefinitions)
    .where(sql`${jobDefinitions.jobId} = ${anyOf('ids')}`),
);

/**
 * Rows: reads the nexrender jobs as submitted, without their secrets, by primary key: a map by job
 * id. What an earlier version took for no secret is hidden, too.
 */
export async function findJobDefinitions(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobDefinition>> {
  const rows = await select(db, { ids: `{${ids.join()}}` });
  return new Map(
    rows.map(({ jobId, nexrenderJob, secretsDeletedAt }) => [
      jobId,
      { nexrenderJob: splitSecrets(nexrenderJob).shown, secretsDeletedAt },
    ]),
  );
}
