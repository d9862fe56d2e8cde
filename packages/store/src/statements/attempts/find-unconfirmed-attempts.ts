import { and, eq, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { attempts } from '../../schema/index.ts';
import type { AttemptRow } from './find-attempt.ts';

/**
 * Rows: reads this host's attempts that are not confirmed and that its daemon does not run now:
 * those of an earlier daemon, and those that were given up as lost. By attempts_unconfirmed.
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
