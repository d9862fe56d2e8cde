import { and, eq, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { attempts } from '../../schema/index.ts';
import type { AttemptRow } from './find-attempt.ts';

/**
 * Reads: attempts of this host, by an earlier run of its daemon or given up as lost meanwhile, of which it is not yet known that nothing runs; by
 * attempts_unconfirmed.
 */
export async function findUnconfirmedAttempts(
  db: Database,
  host: string,
  workerId: string,
): Promise<readonly AttemptRow[]> {
  return await db
    .select()
    .from(attempts)
    .where(
      and(
        eq(attempts.host, host),
        or(ne(attempts.workerId, workerId), isNotNull(attempts.outcome)),
        isNull(attempts.confirmedAt),
      ),
    )
    .orderBy(attempts.createdAt);
}
