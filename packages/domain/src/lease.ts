/**
 * The time until which an attempt belongs to its worker. It is no limit for the duration of a
 * render.
 */
export type Lease = { readonly attemptId: string; readonly host: string; readonly expiresAt: Date };

/**
 * How often a host tells and asks what must be known soon. The hosts of a large farm do so less
 * often: together at most 100 times a second, up to the third of a lease.
 */
const SOON_MS = { least: 5000, forEachHost: 10, most: 30_000 } as const;

/** How often a host looks whether the database still is the one that has its reports. */
export function soonMs(hosts: number): number {
  const { least, forEachHost, most } = SOON_MS;
  return Math.min(most, Math.max(least, forEachHost * hosts));
}

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

/**
 * How often to renew: three times within a lease, and at least every 5 s on a farm of up to 500
 * hosts, because the answer to a renewal also has stop requests.
 */
export function renewEveryMs(leaseMs: number, hosts = 0): number {
  return Math.min(soonMs(hosts), Math.floor(leaseMs / 3));
}
