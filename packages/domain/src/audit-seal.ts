import type { AuditEntry, AuditValues } from './audit-entry.ts';

/** An audit line in the form that is stored: who did what, over which channel, and when. */
export type AuditLine = AuditEntry & {
  readonly id: bigint;
  readonly at: Date;
  readonly actorKind: string;
  readonly actor: string;
  readonly channel: string;
  readonly address: string | null;
  readonly requestId: string | null;
};

/** The value that stands for the hash before the first seal. */
export const FIRST_HASH = '0'.repeat(64);

/**
 * The text that is hashed to seal a line: the number of the line in the chain, the hash before it,
 * and every field of the line in a fixed form.
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

/** Sorts the keys, because PostgreSQL returns the keys of JSON in its own order. */
function inOrder(
  values: AuditValues | null,
): readonly (readonly [string, AuditValues[string]])[] | null {
  return values === null
    ? null
    : Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
}
