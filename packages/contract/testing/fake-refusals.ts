import type { Rejection } from '@renderdeck/domain';
import { type ErrorCode, refuse } from '../src/errors.ts';

/** The errors of these rejections. The real server has a sentence for each. */
const CODES = {
  unknownJob: 'job_not_found',
  alreadyEnded: 'job_already_ended',
  notQueued: 'job_not_queued',
  staleVersion: 'stale_version',
  priorityTooHigh: 'priority_too_high',
  notOwnJob: 'not_your_job',
  secretsGone: 'secrets_deleted',
  hostHeard: 'host_heard',
  hostHoldsJobs: 'host_holds_jobs',
  unknownInvitation: 'invitation_not_found',
  invitationOver: 'invitation_over',
  invitedOther: 'invited_other',
  hostHasLogin: 'host_has_login',
  noHostLogin: 'host_login_not_found',
} as const satisfies Partial<Record<Rejection['code'], ErrorCode>>;

/** The error of a rejection, with its facts. */
export function refusalOf({ code, ...facts }: Rejection): Error {
  const [, known] = Object.entries(CODES).find(([rejection]) => rejection === code) ?? [];
  if (known === undefined) throw new Error(`The fake port has no error for ${code}.`);
  return refuse(known, undefined, 'actual' in facts ? { ...facts, version: facts.actual } : facts);
}
