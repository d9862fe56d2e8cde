/**
 * The roles, from the fewest rights to the most. A viewer reads. A submitter also submits. An admin
 * also cancels, sets priorities, reads the audit lines of others and grants access.
 */
export const ROLES = ['viewer', 'submitter', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The kinds of actions that people filter the audit log by. Each action is of one kind. */
export const AUDIT_DEEDS = [
  'stop', // a cancel of a job
  'setPriority', // a change of a job's priority or tags
  'submit', // a new job, also one that runs an old job again
  'signIn', // a sign-in or a sign-out
  'changeAccess', // users, roles, passwords, tokens and sessions
  'changeHosts', // checks, drains, invitations and logins of hosts; hosts handed over or gone
  'changeWebhooks', // webhooks, their tests, and messages that are sent again
  'read', // a read that was refused, and the lines that count refusals
] as const;
export type AuditDeed = (typeof AUDIT_DEEDS)[number];

type Facts = {
  /** The role that the action needs; `anyone` needs no session. */
  readonly role: Role | 'anyone';
  /** The kind of the action. `read` changes nothing; every other kind is a write. */
  readonly deed: AuditDeed;
  /** A client may send the write a second time without knowing what the first call did. */
  readonly isRepeatable?: true;
  /** The action changes who may do what. */
  readonly changesAccess?: true;
};

/** The only table of actions. Each procedure of the API is one of them, under the same name. */
export const ACTIONS = {
  login: { role: 'anyone', deed: 'signIn', isRepeatable: true },
  logout: { role: 'anyone', deed: 'signIn', isRepeatable: true, changesAccess: true },
  submitJob: { role: 'submitter', deed: 'submit' },
  resubmitJob: { role: 'submitter', deed: 'submit' },
  cancelJob: { role: 'admin', deed: 'stop' },
  setPriority: { role: 'admin', deed: 'setPriority' },
  setTags: { role: 'admin', deed: 'setPriority' },
  checkHost: { role: 'admin', deed: 'changeHosts' },
  declareHostGone: { role: 'admin', deed: 'changeHosts' },
  drainHost: { role: 'admin', deed: 'changeHosts' },
  resumeHost: { role: 'admin', deed: 'changeHosts' },
  releaseHost: { role: 'admin', deed: 'changeHosts' },
  inviteHost: { role: 'admin', deed: 'changeHosts' },
  joinHost: { role: 'anyone', deed: 'changeHosts', isRepeatable: true },
  withdrawInvitation: { role: 'admin', deed: 'changeHosts' },
  revokeHostLogin: { role: 'admin', deed: 'changeHosts' },
  createUser: { role: 'admin', deed: 'changeAccess', changesAccess: true },
  updateUser: { role: 'admin', deed: 'changeAccess', changesAccess: true },
  createToken: { role: 'admin', deed: 'changeAccess' },
  revokeToken: { role: 'admin', deed: 'changeAccess', changesAccess: true },
  revokeSession: { role: 'admin', deed: 'changeAccess', changesAccess: true },
  changePassword: { role: 'viewer', deed: 'changeAccess', changesAccess: true },
  createWebhook: { role: 'admin', deed: 'changeWebhooks' },
  updateWebhook: { role: 'admin', deed: 'changeWebhooks' },
  deleteWebhook: { role: 'admin', deed: 'changeWebhooks' },
  testWebhook: { role: 'admin', deed: 'changeWebhooks' },
  redeliver: { role: 'admin', deed: 'changeWebhooks' },
  me: { role: 'viewer', deed: 'read' },
  listJobs: { role: 'viewer', deed: 'read' },
  listFailures: { role: 'viewer', deed: 'read' },
  listJobFilters: { role: 'viewer', deed: 'read' },
  listTemplates: { role: 'viewer', deed: 'read' },
  getJob: { role: 'viewer', deed: 'read' },
  listJobChanges: { role: 'viewer', deed: 'read' },
  getReceipt: { role: 'viewer', deed: 'read' },
  listReasons: { role: 'admin', deed: 'read' },
  listHosts: { role: 'viewer', deed: 'read' },
  listInvitations: { role: 'admin', deed: 'read' },
  listAttempts: { role: 'viewer', deed: 'read' },
  getMeasures: { role: 'viewer', deed: 'read' },
  getAttemptLog: { role: 'viewer', deed: 'read' },
  getLogText: { role: 'viewer', deed: 'read' },
  listPictures: { role: 'viewer', deed: 'read' },
  getPicture: { role: 'viewer', deed: 'read' },
  getOutputLink: { role: 'viewer', deed: 'read' },
  getOutputFile: { role: 'viewer', deed: 'read' },
  getAttemptUsage: { role: 'viewer', deed: 'read' },
  onJobChange: { role: 'viewer', deed: 'read' },
  onAttemptLog: { role: 'viewer', deed: 'read' },
  onHostChange: { role: 'viewer', deed: 'read' },
  previewSubmit: { role: 'submitter', deed: 'read' },
  previewPriority: { role: 'viewer', deed: 'read' },
  listAudit: { role: 'viewer', deed: 'read' },
  verifyAudit: { role: 'admin', deed: 'read' },
  listUsers: { role: 'admin', deed: 'read' },
  listTokens: { role: 'admin', deed: 'read' },
  listSessions: { role: 'admin', deed: 'read' },
  listWebhooks: { role: 'admin', deed: 'read' },
  listDeliveries: { role: 'admin', deed: 'read' },
} as const satisfies Readonly<Record<string, Facts>>;
export type Action = keyof typeof ACTIONS;
type Of<Deed> = {
  [Name in Action]: (typeof ACTIONS)[Name]['deed'] extends Deed ? Name : never;
}[Action];
export type Read = Of<'read'>;
export type Write = Exclude<Action, Read>;

const factsOf = (action: Action): Facts => ACTIONS[action];
const isAction = (name: string): name is Action => name in ACTIONS;
const names = Object.keys(ACTIONS).filter(isAction);

/**
 * The actions that change something. Each call writes an audit line: done, nothing to change, or
 * refused.
 */
export const WRITES: readonly Write[] = names.filter(isWrite);

/** The actions that only read. A read writes an audit line only if the caller's role is too low. */
export const READS: readonly Read[] = names.filter((name): name is Read => !isWrite(name));

export function isWrite(action: Action): action is Write {
  return factsOf(action).deed !== 'read';
}

/** Whether a client may repeat a call without knowing what the first call did. */
export function isRepeatable(action: Action): boolean {
  return !isWrite(action) || factsOf(action).isRepeatable === true;
}

/** Whether an action changes who may do what. */
export function changesAccess(action: Action): boolean {
  return factsOf(action).changesAccess === true;
}
