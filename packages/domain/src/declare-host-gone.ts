import type { Rejection } from './rejection.ts';

/** A host, as its row in the database has it. */
export type DeclarableHost = {
  readonly name: string;
  readonly hostId: string | null;
  readonly lastHeardAt: Date;
  /** The host was heard within its lease, and its daemon has not signed off. */
  readonly isHeard: boolean;
  readonly isGone: boolean;
};

/** An attempt under the host's name whose end is neither proven nor declared. */
export type UnprovenAttempt = {
  readonly id: string;
  readonly hostId: string | null;
  readonly holdsJob: boolean;
  /** Why the host that has the name now could not prove the end. */
  readonly problem: string | null;
};

export type GoneDecision =
  | {
      readonly ok: true;
      /** The attempts to declare. */
      readonly attemptIds: readonly string[];
      /**
       * False if the host is heard: then only attempts that this host cannot prove are declared.
       */
      readonly hostIsGone: boolean;
      readonly noop: boolean;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides which attempts are declared ended when an admin declares a host gone. All open attempts
 * of a silent host are declared. While one of its attempts holds a job, the declaration is
 * rejected: the lease must run out first. For a host that is heard it is rejected too, because the
 * host ends and proves its attempts itself. But attempts of another host that had its name or boot
 * can be declared, because this host cannot prove them.
 */
export function decideDeclareGone(
  host: DeclarableHost,
  attempts: readonly UnprovenAttempt[],
): GoneDecision {
  const { name, lastHeardAt, isHeard } = host;
  if (isHeard) {
    const attemptIds = idsOf(attempts.filter((attempt) => !mayProve(host, attempt)));
    return attemptIds.length === 0
      ? { ok: false, rejection: { code: 'hostHeard', name, lastHeardAt } }
      : { ok: true, attemptIds, hostIsGone: false, noop: false };
  }
  const holding = attempts.filter(({ holdsJob }) => holdsJob).length;
  if (holding > 0) return { ok: false, rejection: { code: 'hostHoldsJobs', name, jobs: holding } };
  const attemptIds = idsOf(attempts);
  return { ok: true, attemptIds, hostIsGone: true, noop: host.isGone && attemptIds.length === 0 };
}

function idsOf(attempts: readonly UnprovenAttempt[]): readonly string[] {
  return attempts.map(({ id }) => id);
}

function mayProve(host: DeclarableHost, { hostId, holdsJob, problem }: UnprovenAttempt): boolean {
  const isOther = hostId !== null && host.hostId !== null && hostId !== host.hostId;
  return holdsJob || (!isOther && problem === null);
}
