import type { AuditEntry } from './audit-entry.ts';
import { isProvenStop } from './cancel-receipt.ts';

/** The result of an audit line, in words for people. */
export const AUDIT_RESULTS = [
  'done', // it happened, or nothing had to change
  'stopping', // a stop was requested, and its proof may still come in time
  'notProven', // a stop was requested, and after the time limit or the job's end a proof is missing
  'conflict', // refused, because another change came first
  'refused', // refused by a rule, for a missing right, or because the request was invalid
] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

/** The state of the stop that an audit line requested. Null if the job is no longer stored. */
export type AskedStopState = 'stopping' | 'notProven' | 'proven' | null;

/**
 * The state of the stop of a receipt. `isLate`: the time limit for its proof is over. After the job
 * has ended, a missing proof does not wait for the time limit.
 */
export function decideStopState(
  receipt: Parameters<typeof isProvenStop>[0],
  isLate: boolean,
): NonNullable<AskedStopState> {
  if (isProvenStop(receipt)) return 'proven';
  return receipt.outcome === 'cancelling' && !isLate ? 'stopping' : 'notProven';
}

/** The refusals that happen because another change came first. */
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
  'host_has_login',
  'invitation_over',
] as const;
const CONFLICTS: ReadonlySet<string> = new Set(CONFLICT_CODES);

/** The result of an audit line. Only the result of a cancel that was done can still change. */
export function decideAuditResult(
  { action, outcome, code }: Pick<AuditEntry, 'action' | 'outcome' | 'code'>,
  stop: AskedStopState,
): AuditResult {
  if (outcome === 'refused') return code !== null && CONFLICTS.has(code) ? 'conflict' : 'refused';
  const isStop = action === 'cancelJob' && outcome === 'done';
  return isStop && (stop === 'stopping' || stop === 'notProven') ? stop : 'done';
}
