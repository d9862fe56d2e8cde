import type { Role } from '@renderdeck/domain';
import { and, count, eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { sessions, users } from '../../schema/index.ts';
import { openSession } from './sessions.ts';

export type UserRow = typeof users.$inferSelect;
export type AccountView = UserRow & { readonly lastSeenAt: Date | null; readonly sessions: number };

/**
 * PostgreSQL changes both sides to lower case, because JavaScript does so differently for some
 * letters.
 */
const byName = (name: string) => eq(sql`lower(${users.name})`, sql`lower(${name})`);

/**
 * Rows: reads one user by name, by users_name; upper and lower case are the same. Null if there is
 * none.
 */
export async function findUser(db: Database, name: string): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(byName(name));
  return row ?? null;
}

/** Rows: reads one user as findUser does. Lock: FOR UPDATE. */
export async function lockUser(tx: Database, name: string): Promise<UserRow | null> {
  const [row] = await tx.select().from(users).where(byName(name)).for('update');
  return row ?? null;
}

/**
 * Rows: reads one user as findUser does. Lock: FOR SHARE, so no change of the user commits between
 * this read and the end of the transaction. Sign-ins of one user do not wait for each other.
 */
export async function lockUserForLogin(tx: Database, name: string): Promise<UserRow | null> {
  const [row] = await tx.select().from(users).where(byName(name)).for('share');
  return row ?? null;
}

/** Rows: inserts one user. Fence: users_name; returns false if the name is taken. */
export async function insertUser(
  db: Database,
  user: Pick<UserRow, 'id' | 'name' | 'passwordHash' | 'role'>,
): Promise<boolean> {
  return (
    (await db.insert(users).values(user).onConflictDoNothing().returning({ id: users.id }))
      .length === 1
  );
}

/** Rows: updates one user, by primary key. lockUser holds the lock. */
export async function saveUser(
  tx: Database,
  id: string,
  change: Partial<Pick<UserRow, 'passwordHash' | 'role' | 'disabled'>>,
): Promise<void> {
  if (Object.keys(change).length > 0) await tx.update(users).set(change).where(eq(users.id, id));
}

/**
 * Rows: reads the ids of the admins who can sign in. Lock: FOR UPDATE, in the order of the ids and
 * before any other user. So if two admins demote each other, the second one waits and then counts
 * one admin less.
 */
export async function lockAdmins(tx: Database, admin: Role): Promise<readonly string[]> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, admin), eq(users.disabled, false)))
    .orderBy(users.id)
    .for('update');
  return rows.map((row) => row.id);
}

/** Rows: reads the names of the users who have a role and can sign in. Order: by name. */
export async function listUserNames(db: Database, role: Role): Promise<readonly string[]> {
  const rows = await db
    .select({ name: users.name })
    .from(users)
    .where(and(eq(users.role, role), eq(users.disabled, false)))
    .orderBy(users.name);
  return rows.map((row) => row.name);
}

/** Rows: reads one user or all, with the number of open sessions. Order: by name. */
export async function listAccounts(
  db: Database,
  name: string | null,
): Promise<readonly AccountView[]> {
  const open = db
    .select({ count: count() })
    .from(sessions)
    .where(and(eq(sessions.userId, users.id), openSession));
  const rows = await db
    .select({
      user: users,
      lastSeenAt: sql<
        string | null
      >`(select max(s.last_seen_at) from sessions s where s.user_id = users.id)`,
      sessions: sql<string>`(${open})`,
    })
    .from(users)
    .where(name === null ? undefined : byName(name))
    .orderBy(users.name);
  return rows.map((row) => ({
    ...row.user,
    lastSeenAt: row.lastSeenAt === null ? null : new Date(row.lastSeenAt),
    sessions: Number(row.sessions),
  }));
}

/** Rows: reads whether there is any user. */
export async function hasUsers(db: Database): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1)).length > 0;
}
