import type { Json } from '@renderdeck/domain';
import { eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobDefinitions } from '../../schema/index.ts';

/**
 * Rows: reads the nexrender job as submitted, without its secrets, by primary key. Null where the
 * job is unknown.
 */
export async function findJobDefinition(db: Database, jobId: string): Promise<Json> {
  const [row] = await db.select().from(jobDefinitions).where(eq(jobDefinitions.jobId, jobId));
  return row?.nexrenderJob ?? null;
}
