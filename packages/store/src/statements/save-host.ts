import { eq, sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { renderHosts } from '../schema/index.ts';

export type HostFacts = Omit<typeof renderHosts.$inferInsert, 'startedAt' | 'lastHeardAt' | 'stoppedAt' | 'draining'>;

/** Rows: the host's one row, made or taken over by this run of its daemon. */
export async function saveHost(db: Database, facts: HostFacts): Promise<void> {
  const fresh = { ...facts, draining: false, startedAt: sql`clock_timestamp()`, lastHeardAt: sql`clock_timestamp()`, stoppedAt: null };
  await db.insert(renderHosts).values(fresh).onConflictDoUpdate({ target: renderHosts.name, set: fresh });
}

/** Rows: the host's row. Fence: this run of the daemon still owns it; false where a later one does. */
export async function saveHostHeard(db: Database, workerId: string, state: { draining: boolean; stopped: boolean }): Promise<boolean> {
  const rows = await db
    .update(renderHosts)
    .set({ draining: state.draining, lastHeardAt: sql`clock_timestamp()`, stoppedAt: state.stopped ? sql`clock_timestamp()` : null })
    .where(eq(renderHosts.workerId, workerId))
    .returning({ name: renderHosts.name });
  return rows.length === 1;
}
