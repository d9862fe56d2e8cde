import { ACTIONS, type AuditDeed, READS, WRITES } from './actions.ts';

/**
 * The action of an audit line; the line's outcome says whether the action was done. `countRefusals`
 * counts how often an address or actor was refused one action in the minute that began at `since`.
 * It counts only the refusals that have no line of their own. `reportLostOutput`: a host told what
 * it had put out for a job that the database has lost (lost-output.ts). `leaveFarm`: a host ended
 * its own login.
 */
export const AUDIT_ACTIONS = [
  ...WRITES,
  ...READS,
  'countRefusals',
  'reportLostOutput',
  'leaveFarm',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The actions of one kind. */
export function actionsOf(deed: AuditDeed): readonly AuditAction[] {
  if (deed === 'read') return [...READS, 'countRefusals'];
  const writes = WRITES.filter((action) => ACTIONS[action].deed === deed);
  return deed === 'changeHosts' ? [...writes, 'reportLostOutput', 'leaveFarm'] : writes;
}

/**
 * done: the action happened. noop: nothing had to change. refused: a rule rejected the action, and
 * nothing changed.
 */
export const AUDIT_OUTCOMES = ['done', 'noop', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Values before and after an action. Only values that the action concerns are stored. */
export type AuditValues = Readonly<Record<string, string | number | boolean | null>>;

export type AuditEntry = {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** The error code of a refusal. */
  readonly code: string | null;
  readonly jobId: string | null;
  readonly reason: string | null;
  readonly before: AuditValues | null;
  readonly after: AuditValues | null;
};

/**
 * The values that differ, before and after, with the same keys in both. Null if nothing changed.
 */
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
