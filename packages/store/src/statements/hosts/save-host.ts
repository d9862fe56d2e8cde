import type { HostProblem } from '@renderdeck/domain';
import { eq, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { renderHosts } from '../../schema/index.ts';

export type HostFacts = Omit<
  typeof renderHosts.$inferInsert,
  | 'hostLogin'
  | 'startedAt'
  | 'lastHeardAt'
  | 'stoppedAt'
  | 'bootedAt'
  | 'lostOutputs'
  | 'drainedAt'
  | 'drainedBy'
  | 'drainReason'
  | keyof typeof HEARD
  | keyof typeof KEPT_COLUMNS
  | keyof HostState
>;
/** What a daemon reports of its host each time it renews its leases. */
export type HostState = {
  readonly draining: boolean;
  readonly problem: string | null;
  readonly problemKind: HostProblem | null;
  readonly freeBytes: number | null;
  readonly leftoverFolders: number;
  readonly unclaimedProcesses: number;
};

/**
 * Rows: inserts the host, or takes its row over from the earlier daemon. Saves on the attempts of
 * that daemon's host and boot when it was last heard. A drain of the host stays. One statement, so
 * no lock is held during a round trip. Fence: the row still has that daemon's worker id and
 * heartbeat, or still does not exist. Returns false if another daemon was faster.
 */
export async function saveHost(
  db: Database,
  facts: HostFacts,
  uptimeMs: number,
  previous: { readonly workerId: string; readonly lastHeardAt: Date } | null,
): Promise<boolean> {
  const fresh = {
    ...facts,
    tags: facts.tags ?? [],
    bootedAt: sql`clock_timestamp() - ${uptimeMs} * interval '1 millisecond'`,
    draining: false,
    startedAt: sql`clock_timestamp()`,
    lastHeardAt: sql`clock_timestamp()`,
    stoppedAt: null,
    preparation: facts.preparation ?? null,
    killTest: facts.killTest ?? null,
    ...HEARD,
  };
  const isStillPrevious =
    previous === null
      ? sql`false`
      : sql`${renderHosts.workerId} = ${previous.workerId}
          and ${renderHosts.lastHeardAt} = ${previous.lastHeardAt.toISOString()}`;
  const save = db
    .insert(renderHosts)
    .values(fresh)
    .onConflictDoUpdate({
      target: renderHosts.name,
      set: { ...fresh, ...keptColumns(), ...reportColumns() },
      setWhere: isStillPrevious,
    })
    .returning({ name: renderHosts.name });
  const rows = await db.execute(sql`
    with before as (
      select host_id, boot_id, last_heard_at from render_hosts where name = ${facts.name}
    ), saved as ${save}, noted as (
      update attempts a
      set host_last_heard_at = greatest(a.host_last_heard_at, before.last_heard_at)
      from before, saved
      where a.host = ${facts.name} and a.confirmed_at is null
        and (a.host_id is null or a.host_id = before.host_id)
        and coalesce(a.host_identity->>'bootId', a.tree->>'bootId') = before.boot_id
    )
    select name from saved`);
  return rows.length === 1;
}

/** A host that is heard is not gone and owns its name, whatever an admin declared before. */
export const HEARD = {
  goneAt: null,
  goneBy: null,
  goneReason: null,
  releasedAt: null,
  releasedBy: null,
};

/** The checks and the journal of a host. They stay with the host, even if its daemon restarts. */
const KEPT_COLUMNS = {
  checkAskedAt: renderHosts.checkAskedAt,
  checkAskedBy: renderHosts.checkAskedBy,
  checkedAt: renderHosts.checkedAt,
  checks: renderHosts.checks,
  checkHeldAt: renderHosts.checkHeldAt,
  askedCheckHeldAt: renderHosts.askedCheckHeldAt,
  journalSentTo: renderHosts.journalSentTo,
} as const;

/**
 * The columns that keep their values if the same host has the row, and become null if another host
 * takes it over.
 */
function keptColumns() {
  return Object.fromEntries(
    Object.entries(KEPT_COLUMNS).map(([name, column]) => [name, keptBySame(column)]),
  );
}

/**
 * A report that the daemon sends replaces the stored one. Without a new report the host keeps its
 * own.
 */
function reportColumns() {
  const { preparation, killTest } = renderHosts;
  return {
    preparation: sql`coalesce(excluded.preparation, ${keptBySame(preparation)})`,
    killTest: sql`coalesce(excluded.kill_test, ${keptBySame(killTest)})`,
  };
}

function keptBySame(column: SQLWrapper): SQL {
  return sql`case when ${renderHosts.hostId} = excluded.host_id then ${column} end`;
}

/**
 * Rows: marks the host as stopped. Fence: this daemon owns the row; otherwise nothing changes.
 */
export async function saveHostStopped(
  db: Database,
  workerId: string,
  state: HostState,
): Promise<void> {
  await db
    .update(renderHosts)
    .set({
      ...state,
      lastHeardAt: sql`clock_timestamp()`,
      stoppedAt: sql`clock_timestamp()`,
      ...HEARD,
    })
    .where(eq(renderHosts.workerId, workerId));
}
