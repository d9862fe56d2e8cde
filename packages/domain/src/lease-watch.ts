/** A lease as a recoverer reads it. `renewals` grows with each claim and each renewal. */
export type HeldLease = {
  readonly jobId: string;
  readonly attemptId: string;
  readonly renewals: number;
  readonly leaseMs: number;
};

/** For each attempt: its renewals at the last look, and for how long they have not changed. */
export type LeaseWatch = ReadonlyMap<
  string,
  { readonly renewals: number; readonly unrenewedMs: number }
>;

/**
 * Decides which leases ran out, by the recoverer's own steady clock. A lease ran out when this
 * recoverer saw it unrenewed for a whole lease while the database answered. `elapsedMs` is the time
 * since the look before; null where the database did not answer meanwhile, or the recoverer itself
 * stood still: then every holder gets a whole lease again. No wall clock takes part.
 */
export function watchLeases(
  before: LeaseWatch,
  held: readonly HeldLease[],
  elapsedMs: number | null,
): { readonly watch: LeaseWatch; readonly lost: readonly HeldLease[] } {
  const watched = held.map((lease) => {
    const last = before.get(lease.attemptId);
    const isUnrenewed = elapsedMs !== null && last?.renewals === lease.renewals;
    return { lease, unrenewedMs: isUnrenewed ? last.unrenewedMs + elapsedMs : 0 };
  });
  return {
    watch: new Map(
      watched.map(({ lease: { attemptId, renewals }, unrenewedMs }) => [
        attemptId,
        { renewals, unrenewedMs },
      ]),
    ),
    lost: watched.flatMap(({ lease, unrenewedMs }) => (unrenewedMs > lease.leaseMs ? [lease] : [])),
  };
}
