import type { Role } from '@renderdeck/domain';
import { and, count, eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { sessions, users } from '../../schema/index.ts';
import { openSession } from './sessions.ts';

export type UserRow = typeof users.$inferSelect;
export type AccountView = UserRow & { readonly lastSeenAt: Date | null; readonly sessions: number };

/** The database lowers both sides: JavaScript and PostgreSQL differ in letters such as a final sigma, and in what a locale knows as letters. */
const byName = (name: string) => eq(sql`lower(${users.name})`, sql`lower(${name})`);

/** Reads: one user by name, whatever its case, by users_name; null where there is none. */
export async function findUser(db: Database, name: string): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(byName(name));
  return row ?? null;
}

/** Rows: one user. Lock: FOR UPDATE. */
export async function lockUser(tx: Database, name: string): Promise<UserRow | null> {
  const [row] = await tx.select().from(users).where(byName(name)).for('update');
  return row ?? null;
}

/** Rows: one new user; false where the name is taken, by users_name. */
export async function insertUser(
  db: Database,
  user: Pick<UserRow, 'id' | 'name' | 'passwordHash' | 'role'>,
): Promise<boolean> {
  return (
    (await db.insert(users).values(user).onConflictDoNothing().returning({ id: users.id }))
      .length === 1
  );
}

/** Rows: one user, held by lockUser. */
export async function saveUser(
  tx: Database,
  id: string,
  change: Partial<Pick<UserRow, 'passwordHash' | 'role' | 'disabled'>>,
): Promise<void> {
  if (Object.keys(change).length > 0) await tx.update(users).set(change).where(eq(users.id, id));
}

/**
 * Reads: ids of the admins who can sign in. Lock: FOR UPDATE on them, in order of id and before any other user, so that two admins who lower each
 * other at once wait for each other and the second counts without the first.
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

/** Reads: names of those who can sign in with a role, in order. */
export async function listUserNames(db: Database, role: Role): Promise<readonly string[]> {
  const rows = await db
    .select({ name: users.name })
    .from(users)
    .where(and(eq(users.role, role), eq(users.disabled, false)))
    .orderBy(users.name);
  return rows.map((row) => row.name);
}

/** Reads: every user with its open sessions. */
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

/** Reads: whether anybody can sign in as yet. */
export async function hasUsers(db: Database): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1)).length > 0;
}
