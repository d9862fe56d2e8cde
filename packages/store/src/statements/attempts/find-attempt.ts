import { eq } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { attempts } from '../../schema/index.ts';

export type AttemptRow = typeof attempts.$inferSelect;

/** Rows: reads one attempt, by primary key. Null where there is none. */
export async function findAttempt(db: Database, attemptId: string): Promise<AttemptRow | null> {
  const [row] = await db.select().from(attempts).where(eq(attempts.id, attemptId));
  return row ?? null;
}
