import { ACTIONS, type AuditDeed, READS, WRITES } from './actions.ts';

/**
 * What an audit line is about; its outcome says whether it was done. `countRefusals` counts, by
 * action, how often one address or actor was refused in the minute that began at `since`, beyond
 * the refusals that have lines of their own.
 */
export const AUDIT_ACTIONS = [...WRITES, ...READS, 'countRefusals'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The actions of a kind that people look for. */
export function actionsOf(deed: AuditDeed): readonly AuditAction[] {
  return deed === 'read'
    ? [...READS, 'countRefusals']
    : WRITES.filter((action) => ACTIONS[action].deed === deed);
}

/** done: it happened. noop: nothing had to change. refused: a rule said no, nothing changed. */
export const AUDIT_OUTCOMES = ['done', 'noop', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Values before and after an action, only those that the action is about. */
export type AuditValues = Readonly<Record<string, string | number | boolean | null>>;

export type AuditEntry = {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** Error code of a refusal. */
  readonly code: string | null;
  readonly jobId: string | null;
  readonly reason: string | null;
  readonly before: AuditValues | null;
  readonly after: AuditValues | null;
};

/** The values that differ, as two records of the same keys; null where nothing changed. */
export function describeChange(
  before: AuditValues,
  after: AuditValues,
): { before: AuditValues; after: AuditValues } | null {
  const pickValue = (values: AuditValues, key: string) => values[key] ?? null;
  const keys = Object.keys({ ...before, ...after }).filter(
    (key) => pickValue(before, key) !== pickValue(after, key),
  );
  if (keys.length === 0) return null;
  const pick = (values: AuditValues) =>
    Object.fromEntries(keys.map((key) => [key, pickValue(values, key)]));
  return { before: pick(before), after: pick(after) };
}
