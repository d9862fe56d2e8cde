import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { renderHosts } from '../../schema/index.ts';

export type HostFacts = Omit<
  typeof renderHosts.$inferInsert,
  'startedAt' | 'lastHeardAt' | 'stoppedAt' | keyof HostState
>;
/** What a daemon says of its host whenever it renews its leases. */
export type HostState = {
  readonly draining: boolean;
  readonly problem: string | null;
  readonly freeBytes: number | null;
  readonly leftoverFolders: number;
  readonly unclaimedProcesses: number;
};

/** Rows: the host's one row, made, or taken over from the run of its daemon that was seen there. False where another was quicker. */
export async function saveHost(
  db: Database,
  facts: HostFacts,
  seenWorkerId: string | null,
): Promise<boolean> {
  const fresh = {
    ...facts,
    draining: false,
    startedAt: sql`clock_timestamp()`,
    lastHeardAt: sql`clock_timestamp()`,
    stoppedAt: null,
  };
  const rows =
    seenWorkerId === null
      ? await db
          .insert(renderHosts)
          .values(fresh)
          .onConflictDoNothing()
          .returning({ name: renderHosts.name })
      : await db
          .update(renderHosts)
          .set(fresh)
          .where(and(eq(renderHosts.name, facts.name), eq(renderHosts.workerId, seenWorkerId)))
          .returning({ name: renderHosts.name });
  return rows.length === 1;
}

/** Rows: the host's row. Fence: this run of the daemon still owns it; false where a later one does. */
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

/** Reads: a host's row, whether it was heard within its lease; null where the name is new. */
export async function findHost(db: Database, name: string) {
  const [row] = await db
    .select({
      host: renderHosts,
      heard: sql<boolean>`clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'`,
    })
    .from(renderHosts)
    .where(eq(renderHosts.name, name));
  return row === undefined ? null : { ...row.host, heard: row.heard };
}
