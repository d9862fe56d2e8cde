import { type Json, splitSecrets } from '@renderdeck/domain';
import { eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobDefinitions } from '../../schema/index.ts';

export type JobDefinition = {
  readonly nexrenderJob: Json;
  readonly secretsDeletedAt: Date | null;
};

/**
 * Rows: reads the nexrender job as submitted, without its secrets, by primary key. Null where the
 * job is unknown. What an earlier version took for no secret is hidden, too.
 */
export async function findJobDefinition(db: Database, jobId: string): Promise<JobDefinition> {
  const [row] = await db.select().from(jobDefinitions).where(eq(jobDefinitions.jobId, jobId));
  if (row === undefined) return { nexrenderJob: null, secretsDeletedAt: null };
  const { nexrenderJob, secretsDeletedAt } = row;
  return { nexrenderJob: splitSecrets(nexrenderJob).shown, secretsDeletedAt };
}
