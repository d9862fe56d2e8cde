import { and, eq, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';
import { type AttemptRow, attemptColumns } from './find-attempt.ts';

/**
 * Rows: reads this host's attempts whose end is proven and that may have left part files of
 * outputs, by attempts_parts. Attempts of older versions are found by the name; so are all attempts
 * if the caller does not know the host id. Order: oldest first.
 */
export async function findAttemptsWithParts(
  db: Database,
  own: { readonly host: string; readonly hostId: string | null },
): Promise<readonly AttemptRow[]> {
  return await db
    .select(attemptColumns)
    .from(attempts)
    .where(
      and(
        sql`${attempts.parts} <> '[]'::jsonb`,
        own.hostId === null
          ? eq(attempts.host, own.host)
          : or(
              eq(attempts.hostId, own.hostId),
              and(isNull(attempts.hostId), eq(attempts.host, own.host)),
            ),
        isNotNull(attempts.confirmedAt),
      ),
    )
    .orderBy(attempts.createdAt);
}
