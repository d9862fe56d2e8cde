import type { WireAuditEntry } from '@renderdeck/contract';

/** What each refused read asked for. Reads that succeed leave no line. */
export const READ_NOUNS = {
  listJobs: 'the list of jobs',
  getJob: 'a job',
  listJobChanges: 'the history of a job',
  getReceipt: 'a receipt',
  listReasons: 'the last reasons',
  listHosts: 'the hosts',
  getMeasures: 'the measures',
  getAttemptLog: 'a log',
  getLogText: 'a log',
  getAttemptUsage: 'the usage of a render',
  onJobChange: 'the changes of jobs',
  onAttemptLog: 'a log',
  onHostChange: 'the changes of hosts',
  previewSubmit: 'a place in the queue',
  previewPriority: 'a place in the queue',
  listAudit: 'the audit log',
  verifyAudit: 'the proof of the audit log',
  listUsers: 'the users',
  listTokens: 'the tokens',
  listSessions: 'the sessions',
  listWebhooks: 'the webhooks',
  listDeliveries: 'the messages of webhooks',
} as const satisfies Partial<Record<WireAuditEntry['action'], string>>;
export type ReadAction = keyof typeof READ_NOUNS;

export function isReadAction(action: WireAuditEntry['action']): action is ReadAction {
  return Object.hasOwn(READ_NOUNS, action);
}
