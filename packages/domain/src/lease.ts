/**
 * The time until which an attempt belongs to its worker. It never limits how long a render may
 * take.
 */
export type Lease = { readonly attemptId: string; readonly host: string; readonly expiresAt: Date };

/** A worker renews at least this often: a renewal also tells it of a stop request. */
const RENEW_AT_MOST_MS = 5000;

/** How often to renew: three times within a lease, and every 5 s at the least. */
export function renewEveryMs(leaseMs: number): number {
  return Math.min(RENEW_AT_MOST_MS, Math.floor(leaseMs / 3));
}
