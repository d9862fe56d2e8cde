import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { loginAttempts } from '../../schema/index.ts';

export type CountedAttempt = { readonly count: number; readonly waitMs: number };

/**
 * Rows: inserts or increments one key's count, by primary key. An ended window starts again.
 * Lock: the row, so concurrent attempts are counted one by one.
 * Returns the count and how long the window lasts.
 */
export async function countLoginAttempt(
  db: Database,
  key: string,
  windowMs: number,
): Promise<CountedAttempt> {
  const over = sql`${loginAttempts.until} <= clock_timestamp()`;
  const until = sql`clock_timestamp() + ${windowMs} * interval '1 millisecond'`;
  const [row] = await db
    .insert(loginAttempts)
    .values({ key, count: 1, until })
    .onConflictDoUpdate({
      target: loginAttempts.key,
      set: {
        count: sql`case when ${over} then 1 else ${loginAttempts.count} + 1 end`,
        until: sql`case when ${over} then ${until} else ${loginAttempts.until} end`,
      },
    })
    .returning({
      count: loginAttempts.count,
      waitMs: sql<number>`ceil(extract(epoch from
        ${loginAttempts.until} - clock_timestamp()) * 1000)::float`,
    });
  if (row === undefined) throw new Error('a sign-in was not counted');
  return row;
}

/** Rows: decrements one key's count, by primary key, because that attempt succeeded. */
export async function uncountLoginAttempt(tx: Database, key: string): Promise<void> {
  await tx
    .update(loginAttempts)
    .set({ count: sql`${loginAttempts.count} - 1` })
    .where(and(eq(loginAttempts.key, key), gt(loginAttempts.count, 0)));
}

/** Rows: deletes one key's count, by primary key. */
export async function deleteLoginAttempts(tx: Database, key: string): Promise<void> {
  await tx.delete(loginAttempts).where(eq(loginAttempts.key, key));
}

/** Rows: deletes the windows that have ended. Lock: SKIP LOCKED, so it waits for no attempt. */
export async function pruneLoginAttempts(db: Database): Promise<void> {
  const over = db
    .select({ key: loginAttempts.key })
    .from(loginAttempts)
    .where(lt(loginAttempts.until, sql`clock_timestamp()`))
    .for('update', { skipLocked: true });
  await db.delete(loginAttempts).where(inArray(loginAttempts.key, over));
}
