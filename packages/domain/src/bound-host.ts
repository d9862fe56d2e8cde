import type { HostIdentity } from './host-identity.ts';
import type { ProcessIdentity } from './tree-record.ts';

/** The host and the daemon that have a name, as the database knows them. */
export type BoundHost = ProcessIdentity & {
  readonly name: string;
  /** Null in rows of older versions. */
  readonly hostId: string | null;
  readonly identity: HostIdentity | null;
  readonly lastHeardAt: Date;
  readonly sinceHeardMs: number;
  readonly isWithinLease: boolean;
  /** When the daemon shut down cleanly; null until then. */
  readonly stoppedAt: Date | null;
  /** When an admin handed the name over; null until then. */
  readonly releasedAt: Date | null;
  /** Attempts whose end is neither proven nor declared, including those that hold their job. */
  readonly openAttempts: number;
};
/**
 * `isAlive`: the daemon's process was found; if nobody can look for it, the host is within its
 * lease.
 */
export type JudgedHost = BoundHost & { readonly isAlive: boolean };
