import type { AuditEntry, AuditValues } from './audit-entry.ts';

/** An audit line as it is stored: what was done, by whom, over which channel, when. */
export type AuditLine = AuditEntry & {
  readonly id: bigint;
  readonly at: Date;
  readonly actorKind: string;
  readonly actor: string;
  readonly channel: string;
  readonly address: string | null;
  readonly requestId: string | null;
};

/** The hash before the first seal. */
export const FIRST_HASH = '0'.repeat(64);

/**
 * The text whose hash seals a line: its number in the chain, the hash before it, and every field of
 * the line in one fixed form.
 */
export function sealText(seq: bigint, hashBefore: string, line: AuditLine): string {
  const {
    id,
    at,
    actorKind,
    actor,
    channel,
    address,
    requestId,
    action,
    outcome,
    code,
    jobId,
    reason,
    before,
    after,
  } = line;
  const fields = [
    actorKind,
    actor,
    channel,
    address,
    requestId,
    action,
    outcome,
    code,
    jobId,
    reason,
    inOrder(before),
    inOrder(after),
  ];
  return JSON.stringify([String(seq), hashBefore, String(id), at.toISOString(), ...fields]);
}

/** Sorted, because the database returns the keys in an order of its own. */
function inOrder(
  values: AuditValues | null,
): readonly (readonly [string, AuditValues[string]])[] | null {
  return values === null
    ? null
    : Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
}
