import type { UsageRow, UsageSample } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

export type AttemptUsage = {
  readonly attemptId: string;
  readonly usage: readonly UsageSample[];
  /** The usage over the whole attempt; null keeps the stored one. */
  readonly history: readonly UsageRow[] | null;
};

/**
 * Rows: updates these attempts, in one statement, by primary key. Fence: an attempt that has ended
 * keeps its usage.
 */
export async function saveUsage(db: Database, attempts: readonly AttemptUsage[]): Promise<void> {
  if (attempts.length === 0) return;
  const rows = sql.join(
    attempts.map(
      ({ attemptId, usage, history }) => sql`(${attemptId}::uuid, ${JSON.stringify(usage)}::jsonb,
        ${history === null ? null : JSON.stringify(history)}::jsonb)`,
    ),
    sql`, `,
  );
  await db.execute(sql`
    update attempts a set usage = u.usage, usage_history = coalesce(u.history, a.usage_history)
    from (values ${rows}) as u(id, usage, history)
    where a.id = u.id and a.outcome is null`);
}
