import type { HostIdentity } from './host-identity.ts';
import type { ProcessIdentity } from './tree-record.ts';

/** The host and the daemon that own a name, by the database. */
export type BoundHost = ProcessIdentity & {
  readonly name: string;
  /** Null in rows of older versions. */
  readonly hostId: string | null;
  readonly identity: HostIdentity | null;
  readonly lastHeardAt: Date;
  readonly sinceHeardMs: number;
  readonly isWithinLease: boolean;
  /** Set when the daemon shut down cleanly. */
  readonly stoppedAt: Date | null;
  /** Set when an admin handed the name over. */
  readonly releasedAt: Date | null;
  /** Attempts without a proof that no admin declared gone; those that hold their job included. */
  readonly openAttempts: number;
};
/** `isAlive`: its process was looked for where that is possible, else it is within its lease. */
export type JudgedHost = BoundHost & { readonly isAlive: boolean };
