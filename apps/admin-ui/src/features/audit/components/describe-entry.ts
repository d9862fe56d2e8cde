import type { AuditDeed, AuditResult, WireAuditEntry } from '@renderdeck/contract';

export const DEED_LABELS: Readonly<Record<AuditDeed, string>> = {
  stop: 'Stopped',
  setPriority: 'Set priority',
  submit: 'Submitted',
  signIn: 'Signed in or out',
  changeAccess: 'Changed access',
  changeHosts: 'Changed hosts',
  changeWebhooks: 'Changed webhooks',
  read: 'Tried to read',
};
export const RESULT_LABELS: Readonly<Record<AuditResult, string>> = {
  done: 'Done',
  stopping: 'Stopping',
  notProven: 'Not proven',
  conflict: 'Conflict',
  refused: 'Refused',
};

type Action = WireAuditEntry['action'];

/**
 * What a refused read asked for. Reads that succeed leave no line. A read that is missing here is
 * called by the name of its action.
 */
const READ_NOUNS: Readonly<Partial<Record<Action, string>>> = {
  listJobs: 'the list of jobs',
  listFailures: 'the failures',
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
};

/**
 * What somebody did, and the words for a try that was refused. A write that is missing here has the
 * words of its action for both.
 */
const VERBS: Readonly<Partial<Record<Action, readonly [did: string, tried: string]>>> = {
  cancelJob: ['Stopped', 'stop'],
  submitJob: ['Submitted', 'submit'],
  resubmitJob: ['Ran again', 'run again'],
  login: ['Signed in', 'sign in'],
  me: ['Opened the page', 'open the page'],
  logout: ['Signed out', 'sign out'],
  checkHost: ['Had a host checked', 'have a host checked'],
  drainHost: ['Drained a host', 'drain a host'],
  resumeHost: ['Let a host take jobs again', 'let a host take jobs again'],
  declareHostGone: ['Declared a host gone', 'declare a host gone'],
  releaseHost: ['Handed a name over', 'hand a name over'],
  inviteHost: ['Invited a host', 'invite a host'],
  withdrawInvitation: ['Withdrew an invitation', 'withdraw an invitation'],
  joinHost: ['Joined as a host', 'join as a host'],
  revokeHostLogin: ['Ended the login of a host', 'end the login of a host'],
  leaveFarm: ['Left the farm', 'leave the farm'],
  createUser: ['Added a user', 'add a user'],
  updateUser: ['Changed a user', 'change a user'],
  createToken: ['Made a token', 'make a token'],
  revokeToken: ['Revoked a token', 'revoke a token'],
  revokeSession: ['Ended a session', 'end a session'],
  changePassword: ['Changed their own password', 'change their own password'],
  createWebhook: ['Added a webhook', 'add a webhook'],
  updateWebhook: ['Changed a webhook', 'change a webhook'],
  deleteWebhook: ['Deleted a webhook', 'delete a webhook'],
  testWebhook: ['Tested a webhook', 'test a webhook'],
  redeliver: ['Sent a message again', 'send a message again'],
  countRefusals: ['More refusals', 'do more'],
  reportLostOutput: ['Reported an output of a lost job', 'report an output of a lost job'],
};

type Deed = Pick<WireAuditEntry, 'action' | 'outcome' | 'result'>;

/** What the actor did. A stop is "Stopped" only if it is proven. */
export function describeDeed({ action, outcome, result }: Deed): string {
  const noun = READ_NOUNS[action];
  if (noun !== undefined) return `Tried to read ${noun}`;
  const [did, tried] = VERBS[action] ?? wordsOf(action);
  if (action === 'countRefusals') return did;
  if (outcome === 'refused') return `Tried to ${tried}`;
  return action === 'cancelJob' && result !== 'done' ? 'Asked to stop' : did;
}

/** "Pause queue" and "pause queue" of `pauseQueue`. */
function wordsOf(action: string): readonly [did: string, tried: string] {
  const words = action.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return [words.charAt(0).toUpperCase() + words.slice(1), words];
}

/** Whom or what a line is about, besides its job. */
export function nameOfTarget({ before, after }: WireAuditEntry) {
  for (const kind of ['user', 'token', 'host'] as const) {
    const name = after?.[kind] ?? before?.[kind];
    if (typeof name === 'string') return { kind, name };
  }
  return null;
}

/** The number of the receipt that a stop made; null if it made none. */
export function receiptOf({ after }: WireAuditEntry): number | null {
  const receipt = after?.receipt;
  return typeof receipt === 'number' ? receipt : null;
}

/** Other columns show these, or they repeat another value. */
const NOT_SHOWN: ReadonlySet<string> = new Set([
  ...['name', 'user', 'token', 'host', 'hostId', 'session', 'receipt', 'status', 'position'],
]);

/** "70 → 80", "viewer → admin", "Disabled"; empty if nothing changed. */
export function describeValues({ outcome, before, after }: WireAuditEntry): string {
  if (outcome === 'noop') return 'Nothing changed';
  const keys = Object.keys({ ...before, ...after }).filter((key) => !NOT_SHOWN.has(key));
  return keys
    .map((key) => describeValue(key, before?.[key], after?.[key]))
    .filter(Boolean)
    .join(', ');
}

type Value = string | number | boolean | null | undefined;

function describeValue(key: string, before: Value, after: Value): string {
  if (before === after || (before ?? after ?? null) === null) return '';
  if (key === 'password') return 'Password changed';
  if (key === 'disabled') return after === true ? 'Disabled' : 'Enabled';
  const name = key === 'priority' || key === 'role' ? '' : `${key} `;
  if (before === undefined || before === null) return `${name || `${key} `}${after}`;
  return after === undefined || after === null ? `${name}${before}` : `${name}${before} → ${after}`;
}
