import type { Action } from './actor.ts';

/** The acts that change something: each leaves an audit line, whether it was done, had nothing to change or was refused. */
export const WRITES = [
  'login',
  'logout',
  'submitJob',
  'cancelJob',
  'setPriority',
  'createUser',
  'updateUser',
  'createToken',
  'revokeToken',
  'revokeSession',
] as const satisfies readonly Action[];

/** The acts that only read: of these, what the table of access refuses leaves a line. */
export const READS = [
  'me',
  'listJobs',
  'getJob',
  'listHosts',
  'getAttemptLog',
  'onJobChange',
  'onAttemptLog',
  'onHostChange',
  'previewPriority',
  'listAudit',
  'verifyAudit',
  'listUsers',
  'listTokens',
  'listSessions',
] as const satisfies readonly Action[];

/**
 * What an audit line is about. Past tense is left to the reader: the outcome says whether it was done. `countRefusals`: how often one address, or one
 * actor, was refused within the minute that began at `since`, beyond the refusals that have lines of their own, by act.
 */
export const AUDIT_ACTIONS = [...WRITES, ...READS, 'countRefusals'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** done: it happened. noop: nothing had to change. refused: a rule said no, nothing changed. */
export const AUDIT_OUTCOMES = ['done', 'noop', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Values before and after an act, only those that it is about. */
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

const WRITTEN: ReadonlySet<Action> = new Set(WRITES);

/** True for the acts that change something. */
export function isWrite(act: Action): boolean {
  return WRITTEN.has(act);
}

/** The values that differ, as two records of the same keys; null where nothing changed. */
export function describeChange(
  before: AuditValues,
  after: AuditValues,
): { before: AuditValues; after: AuditValues } | null {
  const told = (values: AuditValues, key: string) => values[key] ?? null;
  const keys = Object.keys({ ...before, ...after }).filter(
    (key) => told(before, key) !== told(after, key),
  );
  if (keys.length === 0) return null;
  const pick = (values: AuditValues) =>
    Object.fromEntries(keys.map((key) => [key, told(values, key)]));
  return { before: pick(before), after: pick(after) };
}
