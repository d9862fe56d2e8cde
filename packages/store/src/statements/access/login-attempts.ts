import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { loginAttempts } from '../../schema/index.ts';

export type CountedAttempt = { readonly count: number; readonly waitMs: number };

/**
 * Rows: one key's, made or counted up; a window that is over begins anew. Lock: the row, so that attempts at once are counted one after the other. Gives
 * the count and how long its window goes on.
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
      waitMs: sql<number>`ceil(extract(epoch from ${loginAttempts.until} - clock_timestamp()) * 1000)::float`,
    });
  if (row === undefined) throw new Error('a sign-in was not counted');
  return row;
}

/** Rows: one key, counted down by one: that attempt was good. */
export async function uncountLoginAttempt(tx: Database, key: string): Promise<void> {
  await tx
    .update(loginAttempts)
    .set({ count: sql`${loginAttempts.count} - 1` })
    .where(and(eq(loginAttempts.key, key), gt(loginAttempts.count, 0)));
}

/** Rows: one key, gone. */
export async function deleteLoginAttempts(tx: Database, key: string): Promise<void> {
  await tx.delete(loginAttempts).where(eq(loginAttempts.key, key));
}

/** Rows: windows that are over, gone. Lock: SKIP LOCKED; waits for no attempt. */
export async function pruneLoginAttempts(db: Database): Promise<void> {
  const over = db
    .select({ key: loginAttempts.key })
    .from(loginAttempts)
    .where(lt(loginAttempts.until, sql`clock_timestamp()`))
    .for('update', { skipLocked: true });
  await db.delete(loginAttempts).where(inArray(loginAttempts.key, over));
}
