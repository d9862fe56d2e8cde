/**
 * From least to most rights. A viewer reads. A submitter also submits. An admin also cancels, sets
 * priorities, reads the audit lines of others and grants access.
 */
export const ROLES = ['viewer', 'submitter', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who caused an entry: a person, a program with a token, a worker, or Renderdeck itself. */
export type Actor =
  | {
      readonly kind: 'user' | 'token';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
    }
  | { readonly kind: 'worker' | 'system'; readonly name: string }
  | { readonly kind: typeof ANONYMOUS; readonly name: string };

/** One user or one token, whatever its name. */
export type Account = { readonly kind: 'user' | 'token'; readonly id: string };

/** The account of an actor that signed in; null for a worker, the system and anonymous. */
export function accountOf(actor: Actor): Account | null {
  return 'id' in actor ? { kind: actor.kind, id: actor.id } : null;
}

/** An actor as people read it: a token says that it is one. */
export function nameActor({
  kind,
  name,
}: {
  readonly kind: string;
  readonly name: string;
}): string {
  return kind === 'token' ? `token ${name}` : name;
}

/**
 * The actor kind of a request without a valid session or token. The value is written in audit
 * lines, which never change, and clients read it: so it keeps its first spelling.
 */
export const ANONYMOUS = 'anonymous';

/**
 * The role that each action needs; `anyone` needs no session. Every procedure is an action here.
 */
export const PERMISSIONS = {
  login: 'anyone',
  logout: 'anyone',
  me: 'viewer',
  changePassword: 'viewer',
  listJobs: 'viewer',
  getJob: 'viewer',
  listHosts: 'viewer',
  getMeasures: 'viewer',
  getAttemptLog: 'viewer',
  getLogText: 'viewer',
  getAttemptUsage: 'viewer',
  onJobChange: 'viewer',
  onAttemptLog: 'viewer',
  onHostChange: 'viewer',
  listJobChanges: 'viewer',
  getReceipt: 'viewer',
  submitJob: 'submitter',
  previewSubmit: 'submitter',
  resubmitJob: 'submitter',
  previewPriority: 'viewer',
  cancelJob: 'admin',
  listReasons: 'admin',
  setPriority: 'admin',
  checkHost: 'admin',
  declareHostGone: 'admin',
  releaseHost: 'admin',
  listAudit: 'viewer',
  verifyAudit: 'admin',
  listUsers: 'admin',
  createUser: 'admin',
  updateUser: 'admin',
  listTokens: 'admin',
  createToken: 'admin',
  revokeToken: 'admin',
  listSessions: 'admin',
  revokeSession: 'admin',
  listWebhooks: 'admin',
  createWebhook: 'admin',
  updateWebhook: 'admin',
  deleteWebhook: 'admin',
  testWebhook: 'admin',
  listDeliveries: 'admin',
  redeliver: 'admin',
} as const satisfies Readonly<Record<string, Role | 'anyone'>>;
export type Action = keyof typeof PERMISSIONS;

/**
 * True when PERMISSIONS allows the action to this actor. Workers and the system never call the API.
 */
export function isAllowed(actor: Actor, action: Action): boolean {
  const needed = PERMISSIONS[action];
  if (needed === 'anyone') return true;
  return 'role' in actor && ROLES.indexOf(actor.role) >= ROLES.indexOf(needed);
}

/** True when the actor reads every audit line. Others read those of their own actions. */
export function mayReadWholeAudit(actor: Actor): boolean {
  return 'role' in actor && actor.role === 'admin';
}
