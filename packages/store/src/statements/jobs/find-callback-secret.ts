import { eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { jobCallbacks } from '../../schema/index.ts';

/** Rows: reads the secret of a job's callback, by primary key. Null if the job has no callback. */
export async function findCallbackSecret(tx: Database, jobId: string): Promise<string | null> {
  const [row] = await tx
    .select({ secret: jobCallbacks.secret })
    .from(jobCallbacks)
    .where(eq(jobCallbacks.jobId, jobId));
  return row?.secret ?? null;
}
