import type { Rejection } from './rejection.ts';

export type AskForCheckDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides whether an admin may ask a host to check itself. A host that is not heard cannot answer.
 */
export function decideAskForCheck(host: {
  readonly name: string;
  readonly lastHeardAt: Date;
  /** The host was heard within its lease, and its daemon has not signed off. */
  readonly isHeard: boolean;
}): AskForCheckDecision {
  const { name, lastHeardAt, isHeard } = host;
  return isHeard
    ? { ok: true }
    : { ok: false, rejection: { code: 'hostNotHeard', name, lastHeardAt } };
}
