import { eq } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';

/**
 * Rows: reads the usage of an attempt: over its whole time, and of its last minutes. By primary
 * key.
 */
export async function findAttemptUsage(
  db: Database,
  attemptId: string,
): Promise<Pick<typeof attempts.$inferSelect, 'usage' | 'usageHistory'> | null> {
  const [row] = await db
    .select({ usage: attempts.usage, usageHistory: attempts.usageHistory })
    .from(attempts)
    .where(eq(attempts.id, attemptId));
  return row ?? null;
}
