import type { HostDrain } from '@renderdeck/domain';
import { type AskedStop, type HostState, renewLeases as renewLeaseRows } from '@renderdeck/store';
import type { Done, WorkerContext } from '../operation-context.ts';

export type Renewal = {
  /** Attempts that were asked to stop. */
  readonly stopRequested: readonly (AskedStop & { readonly attemptId: string })[];
  /** Attempts that no longer belong to this worker. */
  readonly lost: readonly string[];
  /** False if a later run of a daemon has taken over this host. */
  readonly ownsHost: boolean;
  /** An admin asked this host to check itself. */
  readonly isCheckAsked: boolean;
  /** Who drained this host, and why; null while it is not drained. */
  readonly drain: Pick<HostDrain, 'by' | 'reason'> | null;
  /** This worker is one of the few that watch the leases of all hosts. */
  readonly watchesLeases: boolean;
  /** About how many hosts the farm has; 0 if the database has not counted them yet. */
  readonly hosts: number;
};

/**
 * Renews the leases of this worker and saves that its host is alive. Returns the attempts that were
 * asked to stop or were lost, so that a lost notification only costs time. An attempt whose job
 * another transaction is changing is in neither list; the next renewal reports it.
 */
export async function renewLeases(
  context: WorkerContext,
  input: {
    readonly attemptIds: readonly string[];
    readonly leaseMs: number;
    readonly state: HostState;
  },
): Promise<Done<Renewal>> {
  const { db, workerId } = context;
  const { renewed, locked, ...host } = await renewLeaseRows(db, { workerId, ...input });
  const kept = new Set([...renewed.map(({ attemptId }) => attemptId), ...locked]);
  return {
    ok: true,
    stopRequested: renewed.flatMap(({ attemptId, stop }) =>
      stop === null ? [] : [{ attemptId, ...stop }],
    ),
    lost: input.attemptIds.filter((id) => !kept.has(id)),
    ...host,
  };
}
