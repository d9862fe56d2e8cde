import { type AuditAction, READS, WRITES } from './audit-entry.ts';

/** What people look for in the audit log: kinds of actions. Each action is of one kind. */
export const AUDIT_DEEDS = [
  'stop', // a cancel of a job
  'setPriority', // a change of a job's priority
  'submit', // a new job, also from an old one
  'signIn', // a sign-in or a sign-out
  'changeAccess', // users, roles, passwords, tokens and sessions
  'changeHosts', // checks, and hosts that are handed over or gone
  'changeWebhooks', // webhooks, their tests, and messages that are sent again
  'read', // a read that was refused, and counts of refusals
] as const;
export type AuditDeed = (typeof AUDIT_DEEDS)[number];

const DEED_OF_WRITE = {
  login: 'signIn',
  logout: 'signIn',
  submitJob: 'submit',
  resubmitJob: 'submit',
  cancelJob: 'stop',
  setPriority: 'setPriority',
  checkHost: 'changeHosts',
  declareHostGone: 'changeHosts',
  releaseHost: 'changeHosts',
  createUser: 'changeAccess',
  updateUser: 'changeAccess',
  createToken: 'changeAccess',
  revokeToken: 'changeAccess',
  revokeSession: 'changeAccess',
  changePassword: 'changeAccess',
  createWebhook: 'changeWebhooks',
  updateWebhook: 'changeWebhooks',
  deleteWebhook: 'changeWebhooks',
  testWebhook: 'changeWebhooks',
  redeliver: 'changeWebhooks',
} as const satisfies Readonly<Record<(typeof WRITES)[number], AuditDeed>>;

/** The actions of a kind. */
export function actionsOf(deed: AuditDeed): readonly AuditAction[] {
  return deed === 'read'
    ? [...READS, 'countRefusals']
    : WRITES.filter((action) => DEED_OF_WRITE[action] === deed);
}
