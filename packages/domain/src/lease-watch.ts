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
 * When a look of a recoverer began and was answered, by its own steady clock, in ms. `answeredAt`
 * is null where the database did not answer.
 */
export type LeaseLook = { readonly startedAt: number; readonly answeredAt: number | null };

/**
 * The time between two looks that counts against the holders. Null where the database did not
 * answer one of them in time, or where the second one came much too late: then nobody knows whether
 * a holder could renew. `everyMs`: how often the recoverer looks.
 */
export function timeBetweenLooks(
  last: LeaseLook | null,
  look: LeaseLook,
  everyMs: number,
): number | null {
  const lastAnswer = last === null ? null : answerInTime(last, everyMs);
  if (lastAnswer === null || answerInTime(look, everyMs) === null) return null;
  const elapsedMs = look.startedAt - lastAnswer;
  return elapsedMs > 3 * everyMs ? null : elapsedMs;
}

function answerInTime({ startedAt, answeredAt }: LeaseLook, everyMs: number): number | null {
  return answeredAt === null || answeredAt - startedAt > everyMs ? null : answeredAt;
}

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
