import type { Actor } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** The search reads only this many of the actor's newest lines. */
const NEWEST = 200;

/**
 * Rows: reads the last reasons that an actor gave for a cancel, without repetition, newest first,
 * from the actor's newest audit lines.
 */
export async function listReasons(
  db: Database,
  { kind, name }: Pick<Actor, 'kind' | 'name'>,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.execute<{ reason: string }>(sql`
    select reason from (
      select id, reason from audit_log
      where actor_kind = ${kind} and actor = ${name} and action = 'cancelJob'
        and outcome = 'done' and reason is not null
      order by id desc limit ${NEWEST}
    ) newest group by reason order by max(id) desc limit ${limit}`);
  return rows.map(({ reason }) => reason);
}
