import type { AuditEntry } from './audit-entry.ts';

/** How an audit line came out, for people. */
export const AUDIT_RESULTS = [
  'done', // it happened, or nothing had to change
  'stopping', // a stop that was asked for; its proof may still come
  'notProven', // a stop that was asked for, and a proof of its end is missing
  'conflict', // refused, because somebody or something was first
  'refused', // refused by a rule, for want of a right, or as it made no sense
] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

/** How the stop that a line asked for stands now: null where no job is kept. */
export type AskedStopState = 'stopping' | 'notProven' | 'proven' | null;

/** Refusals because the thing had changed, or something else was there first. */
export const CONFLICT_CODES = [
  'stale_version',
  'job_already_ended',
  'job_not_queued',
  'idempotency_key_reused',
  'name_taken',
  'last_admin',
  'host_heard',
  'host_not_heard',
  'host_holds_jobs',
] as const;
const CONFLICTS: ReadonlySet<string> = new Set(CONFLICT_CODES);

/** The result of a line. Only a done cancel has one that may still change. */
export function decideAuditResult(
  { action, outcome, code }: Pick<AuditEntry, 'action' | 'outcome' | 'code'>,
  stop: AskedStopState,
): AuditResult {
  if (outcome === 'refused') return code !== null && CONFLICTS.has(code) ? 'conflict' : 'refused';
  const isStop = action === 'cancelJob' && outcome === 'done';
  return isStop && (stop === 'stopping' || stop === 'notProven') ? stop : 'done';
}
