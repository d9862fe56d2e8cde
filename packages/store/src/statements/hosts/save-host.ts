import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { renderHosts } from '../../schema/index.ts';

export type HostFacts = Omit<
  typeof renderHosts.$inferInsert,
  'startedAt' | 'lastHeardAt' | 'stoppedAt' | keyof HostState
>;
/** What a daemon reports of its host each time it renews its leases. */
export type HostState = {
  readonly draining: boolean;
  readonly problem: string | null;
  readonly freeBytes: number | null;
  readonly leftoverFolders: number;
  readonly unclaimedProcesses: number;
};

/**
 * Rows: inserts the host, or takes its row over from the earlier daemon. Fence: the row still has
 * that daemon's worker id, or is still missing. Returns false where another daemon was faster.
 */
export async function saveHost(
  db: Database,
  facts: HostFacts,
  previousWorkerId: string | null,
): Promise<boolean> {
  const fresh = {
    ...facts,
    draining: false,
    startedAt: sql`clock_timestamp()`,
    lastHeardAt: sql`clock_timestamp()`,
    stoppedAt: null,
  };
  const rows =
    previousWorkerId === null
      ? await db
          .insert(renderHosts)
          .values(fresh)
          .onConflictDoNothing()
          .returning({ name: renderHosts.name })
      : await db
          .update(renderHosts)
          .set(fresh)
          .where(and(eq(renderHosts.name, facts.name), eq(renderHosts.workerId, previousWorkerId)))
          .returning({ name: renderHosts.name });
  return rows.length === 1;
}

/** Rows: updates the host. Fence: this daemon owns the row; false where a later one does. */
export async function saveHostHeartbeat(
  db: Database,
  workerId: string,
  state: HostState,
  stopped: boolean,
): Promise<boolean> {
  const rows = await db
    .update(renderHosts)
    .set({
      ...state,
      lastHeardAt: sql`clock_timestamp()`,
      stoppedAt: stopped ? sql`clock_timestamp()` : null,
    })
    .where(eq(renderHosts.workerId, workerId))
    .returning({ name: renderHosts.name });
  return rows.length === 1;
}
