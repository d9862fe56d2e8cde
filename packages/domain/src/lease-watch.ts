/** A lease as a recoverer reads it. `renewals` grows with each claim and each renewal. */
export type HeldLease = {
  readonly jobId: string;
  readonly attemptId: string;
  readonly renewals: number;
  readonly leaseMs: number;
};

/**
 * For each attempt: its number of renewals at the last look, and how long the number has not
 * changed.
 */
export type LeaseWatch = ReadonlyMap<
  string,
  { readonly renewals: number; readonly unrenewedMs: number }
>;

/**
 * When a recoverer's look began and when it was answered, by the recoverer's steady clock, in ms.
 * `answeredAt` is null if the database did not answer.
 */
export type LeaseLook = { readonly startedAt: number; readonly answeredAt: number | null };

/**
 * The time between two looks, if it counts against the holders. Null if the database did not answer
 * one of the two looks in time, or if the second look came much too late: then nobody knows whether
 * a holder could renew. `everyMs`: the time between two looks of the recoverer.
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
 * Decides which leases ran out, by the recoverer's own steady clock and by no wall clock. A lease
 * ran out if this recoverer saw no renewal for a whole lease while the database answered.
 * `elapsedMs` is the time since the previous look. It is null if the database did not answer in
 * between or if the recoverer stood still; then each holder gets a whole lease again.
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
