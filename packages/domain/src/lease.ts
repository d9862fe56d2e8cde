/**
 * The time until which an attempt belongs to its worker. It is no limit for the duration of a
 * render.
 */
export type Lease = { readonly attemptId: string; readonly host: string; readonly expiresAt: Date };

/** A worker renews at least this often, because the answer to a renewal also has stop requests. */
const RENEW_AT_MOST_MS = 5000;

/** How often a host reports what is new of its attempts, and how much less on a large farm. */
const REPORT_EVERY_MS = { least: 1000, forEachHost: 6, most: 10_000 } as const;

/**
 * How often a host reports progress, usage and lines, by the number of hosts: all hosts together
 * send at most about 170 reports a second, up to 1,700 hosts.
 */
export function reportEveryMs(hosts: number): number {
  const { least, forEachHost, most } = REPORT_EVERY_MS;
  return Math.min(most, Math.max(least, forEachHost * hosts));
}

/** How often to renew: three times within a lease, and at least every 5 s. */
export function renewEveryMs(leaseMs: number): number {
  return Math.min(RENEW_AT_MOST_MS, Math.floor(leaseMs / 3));
}
