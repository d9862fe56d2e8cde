import type { Rejection } from './rejection.ts';

export type HandOverDecision =
  | { readonly ok: true; readonly noop: boolean }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides whether an admin may hand a host's name over to the next host that registers. Rejected
 * while the host is heard, because a running worker would lose its name. A second hand-over changes
 * nothing until a host is heard under the name.
 */
export function decideHandOver(host: {
  readonly name: string;
  readonly lastHeardAt: Date;
  /** The host was heard within its lease, and its daemon has not signed off. */
  readonly isHeard: boolean;
  readonly isHandedOver: boolean;
}): HandOverDecision {
  const { name, lastHeardAt, isHeard, isHandedOver } = host;
  return isHeard
    ? { ok: false, rejection: { code: 'hostHeard', name, lastHeardAt } }
    : { ok: true, noop: isHandedOver };
}

/** Why the end of an attempt is not proven after the name of its host was handed over. */
export function explainHandedOver(
  host: { readonly name: string; readonly hostId: string | null },
  actor: string,
  reason: string,
): string {
  return (
    `${actor} handed the name ${host.name} over: ${reason.replace(/[.]$/, '')}. ` +
    `Only host ${host.hostId ?? 'of an older version'} itself can prove its end.`
  );
}
