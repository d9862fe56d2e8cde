import type { WireAuditEntry } from '@renderdeck/contract';

/** What somebody did, and how a try of it that came to nothing is called. */
type Deed = readonly [did: string, tried: string];
const DEEDS: Readonly<Partial<Record<WireAuditEntry['action'], Deed>>> = {
  submitJob: ['submitted it', 'submit it'],
  resubmitJob: ['ran it again', 'run it again'],
  cancelJob: ['asked to stop it', 'stop it'],
  setPriority: ['set its priority', 'set its priority'],
};
/** Every other line about a job is of a read that was refused. */
const UNKNOWN: Deed = ['read it', 'read it'];

/** What somebody did with the job, or was refused: "set its priority, 70 → 80". */
export function describeAudit(entry: WireAuditEntry): string {
  const { action, outcome, code, reason } = entry;
  const [did, tried] = DEEDS[action] ?? UNKNOWN;
  const parts = [outcome === 'refused' ? `tried to ${tried}` : did];
  if (outcome === 'refused') parts.push(`refused: ${(code ?? 'no').replaceAll('_', ' ')}`);
  if (outcome === 'noop') parts.push('nothing had to change');
  if (outcome === 'done') parts.push(...describeValues(entry));
  if (reason !== null) parts.push(`reason: ${reason}`);
  return parts.join(', ');
}

function describeValues({ before, after }: WireAuditEntry): readonly string[] {
  return Object.entries(after ?? {}).map(([name, value]) => {
    const known = before?.[name] ?? null;
    return known === null ? `${name} ${value}` : `${known} → ${value}`;
  });
}
