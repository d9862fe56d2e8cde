import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { sessions } from '../../schema/index.ts';

/**
 * Rows: reads one session, by primary key: when it ends if it is not used again, and when it ends
 * at the latest. Null if there is no such session.
 */
export async function findSessionEnd(
  db: Database,
  id: string,
): Promise<{ readonly idleAt: Date; readonly expiresAt: Date } | null> {
  const [row] = await db
    .select({
      idleAt:
        sql<Date>`${sessions.lastSeenAt} + ${sessions.idleMs} * interval '1 millisecond'`.mapWith(
          sessions.lastSeenAt,
        ),
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .where(eq(sessions.id, id));
  return row ?? null;
}
