import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { sessions } from '../../schema/index.ts';

/**
 * Rows: reads one session, by primary key. When it ends if it is not used again, and when it ends
 * however it is used. Null where there is none.
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
