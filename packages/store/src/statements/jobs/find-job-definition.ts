import type { Json } from '@renderdeck/domain';
import { eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobDefinitions } from '../../schema/index.ts';

/** Reads: the nexrender job as submitted, secrets hidden; null where there is none. */
export async function findJobDefinition(db: Database, jobId: string): Promise<Json> {
  const [row] = await db.select().from(jobDefinitions).where(eq(jobDefinitions.jobId, jobId));
  return row?.nexrenderJob ?? null;
}
