import type { UnprovenAttempt } from '@renderdeck/domain';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';

/**
 * Rows: reads the attempts under a host's name that are neither proven nor declared, by
 * attempts_unconfirmed. Order: none.
 */
export async function findUnprovenAttempts(
  db: Database,
  host: string,
): Promise<readonly (UnprovenAttempt & { readonly jobId: string })[]> {
  return await db
    .select({
      id: attempts.id,
      jobId: attempts.jobId,
      hostId: attempts.hostId,
      holdsJob: sql<boolean>`${attempts.outcome} is null`,
      problem: attempts.unprovenReason,
    })
    .from(attempts)
    .where(and(eq(attempts.host, host), isNull(attempts.confirmedAt), isNull(attempts.declaredAt)));
}
