/**
 * The time until which an attempt belongs to its worker. It is no limit for the duration of a
 * render.
 */
export type Lease = { readonly attemptId: string; readonly host: string; readonly expiresAt: Date };

/** A worker renews at least this often, because the answer to a renewal also has stop requests. */
const RENEW_AT_MOST_MS = 5000;

/** How often to renew: three times within a lease, and at least every 5 s. */
export function renewEveryMs(leaseMs: number): number {
  return Math.min(RENEW_AT_MOST_MS, Math.floor(leaseMs / 3));
}
