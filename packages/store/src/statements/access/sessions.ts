import { and, desc, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { sessions, users } from '../../schema/index.ts';

/** Rows: inserts one session. Returns when it expires. */
export async function insertSession(
  db: Database,
  session: {
    readonly id: string;
    readonly userId: string;
    readonly address: string | null;
    readonly idleMs: number;
  },
  lastsMs: number,
): Promise<Date> {
  const [row] = await db
    .insert(sessions)
    .values({
      ...session,
      expiresAt: sql`clock_timestamp() + ${lastsMs} * interval '1 millisecond'`,
    })
    .returning({ expiresAt: sessions.expiresAt });
  if (row === undefined) throw new Error('insert into sessions returned no row');
  return row.expiresAt;
}

/** A session that is not revoked, has not expired and was used recently enough. */
export const openSession = and(
  isNull(sessions.revokedAt),
  gt(sessions.expiresAt, sql`clock_timestamp()`),
  sql`${sessions.lastSeenAt} + ${sessions.idleMs} * interval '1 millisecond' > clock_timestamp()`,
);

/**
 * Rows: reads an open session and its user, by primary keys. Null if the session has ended or the
 * user is disabled. `touchDue`: the saved time of use is a minute old or more. It is not saved more
 * often, so that few requests cost a write.
 */
export async function findOpenSession(db: Database, id: string) {
  const [row] = await db
    .select({
      session: sessions,
      user: users,
      touchDue: sql<boolean>`${sessions.lastSeenAt} < clock_timestamp() - interval '1 minute'`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, id), openSession, eq(users.disabled, false)));
  return row ?? null;
}

/** Rows: saves when one session was used, by primary key. */
export async function touchSession(db: Database, id: string): Promise<void> {
  await db.update(sessions).set({ lastSeenAt: sql`clock_timestamp()` }).where(eq(sessions.id, id));
}

/**
 * Rows: revokes one session, by primary key, or the sessions of a user, by sessions_user: all of
 * them, or all except one. Returns the names of their users.
 */
export async function revokeSessions(
  tx: Database,
  which: { readonly id: string } | { readonly userId: string; readonly but?: string | null },
): Promise<readonly string[]> {
  const rows = await tx
    .update(sessions)
    .set({ revokedAt: sql`clock_timestamp()` })
    .where(
      and(
        'id' in which ? eq(sessions.id, which.id) : eq(sessions.userId, which.userId),
        'id' in which || which.but == null ? undefined : ne(sessions.id, which.but),
        isNull(sessions.revokedAt),
      ),
    )
    .returning({ user: sql<string>`(select name from users where users.id = user_id)` });
  return rows.map(({ user }) => user);
}

/** Rows: reads the open sessions and their users' names. Order: most recently used first. */
export async function listOpenSessions(db: Database) {
  return await db
    .select({ session: sessions, user: users.name })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(openSession)
    .orderBy(desc(sessions.lastSeenAt));
}
