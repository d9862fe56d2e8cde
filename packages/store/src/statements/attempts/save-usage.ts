import type { UsageSample } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

export type AttemptUsage = { readonly attemptId: string; readonly usage: readonly UsageSample[] };

/** Rows: the running attempts named, in one statement. Fence: an attempt that has ended keeps what it had. */
export async function saveUsage(db: Database, attempts: readonly AttemptUsage[]): Promise<void> {
  if (attempts.length === 0) return;
  const rows = sql.join(
    attempts.map(
      ({ attemptId, usage }) => sql`(${attemptId}::uuid, ${JSON.stringify(usage)}::jsonb)`,
    ),
    sql`, `,
  );
  await db.execute(
    sql`update attempts a set usage = u.usage from (values ${rows}) as u(id, usage) where a.id = u.id and a.outcome is null`,
  );
}

/** Reads: the tree markers of every attempt of a host that may still run: a process with another is no attempt's. */
export async function findOpenTreeMarkers(db: Database, host: string): Promise<readonly string[]> {
  const rows = await db.execute<{ treeMarker: string }>(
    sql`select cookie as "treeMarker" from attempts where host = ${host} and confirmed_at is null`,
  );
  return rows.map(({ treeMarker }) => treeMarker);
}
