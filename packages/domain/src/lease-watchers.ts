/** How many workers watch the leases of all hosts. Each API server does too. */
export const LEASE_WATCHERS = 3;
/** A host that was silent for this part of its lease is not counted. It renews each third. */
export const COUNTED_FOR = 2 / 3;

/** What decides which workers watch, as the database knows it of each daemon. */
export type PossibleWatcher = {
  readonly workerId: string;
  /** By the database's clock, in ms; negative if that clock was set back. */
  readonly heardMsAgo: number;
  readonly leaseMs: number;
  readonly isStopped: boolean;
  /** The login of one host cannot see the leases of others. */
  readonly hasOwnLogin: boolean;
};

/**
 * Whether a worker watches the leases of all hosts: fewer than `most` workers that can were heard
 * lately and come before it. Each worker is told with each of its renewals. So no worker has to
 * know of another one, and the place of a dead one is taken within its lease. In doubt more watch.
 */
export function watchesLeases(
  own: Pick<PossibleWatcher, 'workerId' | 'hasOwnLogin'>,
  all: readonly PossibleWatcher[],
  most = LEASE_WATCHERS,
): boolean {
  if (own.hasOwnLogin) return false;
  const before = all.filter(
    ({ workerId, heardMsAgo, leaseMs, isStopped, hasOwnLogin }) =>
      workerId < own.workerId &&
      !isStopped &&
      !hasOwnLogin &&
      heardMsAgo >= 0 &&
      heardMsAgo <= leaseMs * COUNTED_FOR,
  );
  return before.length < most;
}
