import { eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { loginAttempts } from '../../schema/index.ts';

/** One count. Times are milliseconds since 1970 by the database's clock. */
export type LoginCount = { readonly key: string; readonly count: number; readonly nextAt: number };
/** `isNew`: the count did not exist or had ended, and is not saved yet. */
export type LockedCount = LoginCount & { readonly isNew: boolean };

/** The count in a row that is not saved yet. */
const NEW = -1;

const sinceEpoch = (time: unknown) =>
  sql<number>`floor(extract(epoch from ${time}) * 1000)::float8`;
const after = (ms: number) => sql`clock_timestamp() + ${ms} * interval '1 millisecond'`;

/**
 * Rows: reads the counts of these keys, by primary key, and inserts the missing ones. A count that
 * has ended starts again. Lock: the rows, in the order of the keys.
 */
export async function lockLoginCounts(
  tx: Database,
  keys: readonly string[],
  keepMs: number,
): Promise<{ readonly now: number; readonly counts: ReadonlyMap<string, LockedCount> }> {
  const isOver = sql`${loginAttempts.until} <= clock_timestamp()`;
  const rows = await tx
    .insert(loginAttempts)
    .values(keys.map((key) => ({ key, count: NEW, until: after(keepMs) })))
    .onConflictDoUpdate({
      target: loginAttempts.key,
      set: {
        count: sql`case when ${isOver} then ${NEW} else ${loginAttempts.count} end`,
        nextAt: sql`case when ${isOver} then clock_timestamp() else ${loginAttempts.nextAt} end`,
        until: after(keepMs),
      },
    })
    .returning({
      key: loginAttempts.key,
      count: loginAttempts.count,
      nextAt: sinceEpoch(loginAttempts.nextAt),
      now: sinceEpoch(sql`clock_timestamp()`),
    });
  const now = Math.max(...rows.map((row) => row.now));
  const counts = rows.map(({ key, count, nextAt }) => {
    return [key, { key, count: Math.max(0, count), nextAt, isNew: count === NEW }] as const;
  });
  return { now, counts: new Map(counts) };
}

/** Rows: updates one count, by primary key. lockLoginCounts holds the lock. */
export async function saveLoginCount(
  tx: Database,
  { key, count, nextAt }: LoginCount,
): Promise<void> {
  await tx
    .update(loginAttempts)
    .set({ count, nextAt: new Date(nextAt) })
    .where(eq(loginAttempts.key, key));
}

/**
 * Rows: gives one try back to an allowance, or removes one guess from a name, by primary key,
 * because the try was a successful sign-in.
 */
export async function returnLoginTry(tx: Database, key: string, everyMs: number): Promise<void> {
  await tx
    .update(loginAttempts)
    .set({
      count: sql`greatest(0, ${loginAttempts.count} - 1)`,
      nextAt: sql`${loginAttempts.nextAt} - ${everyMs} * interval '1 millisecond'`,
    })
    .where(eq(loginAttempts.key, key));
}

/** Rows: deletes one count, by primary key. */
export async function deleteLoginCount(tx: Database, key: string): Promise<void> {
  await tx.delete(loginAttempts).where(eq(loginAttempts.key, key));
}

/**
 * Rows: deletes the counts that have ended. If more than `most` are left, it also deletes those
 * that end first, by login_attempts_until. Lock: SKIP LOCKED, so it waits for no sign-in.
 */
export async function pruneLoginCounts(db: Database, most: number): Promise<void> {
  const beyond = sql`(
    select t.until from login_attempts t order by t.until desc offset ${most} limit 1)`;
  const ended = db
    .select({ key: loginAttempts.key })
    .from(loginAttempts)
    .where(lt(loginAttempts.until, sql`greatest(clock_timestamp(), ${beyond})`))
    .for('update', { skipLocked: true });
  await db.delete(loginAttempts).where(sql`${loginAttempts.key} in ${ended}`);
}
