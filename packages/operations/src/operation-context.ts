import type { AuditEntry, HostIdentity, Rejection, RequestContext } from '@renderdeck/domain';
import { type AuditedBy, type Database, insertAuditEntry } from '@renderdeck/store';

/** The context of a read or a background task. It has no actor. */
export type DatabaseContext = { readonly db: Database };

/** The context of an action of a user or a token. The time is always the database's time. */
export type AdminContext = DatabaseContext & {
  readonly requestContext: RequestContext;
  newId(): string;
};

/**
 * The context of an action of a worker. `host` is the name for people, `identity` says which host
 * it is. `workerId` is new for each run of the worker.
 */
export type WorkerContext = DatabaseContext & {
  readonly host: string;
  readonly identity: HostIdentity;
  readonly workerId: string;
};

/** The operation was done. An operation that no rule can reject always returns this. */
export type Done<Facts = object> = { readonly ok: true } & Facts;

/** A rule rejected the operation, and nothing changed. */
export type Rejected = { readonly ok: false; readonly rejection: Rejection };

/** What every operation returns. */
export type Result<Facts = object> = Done<Facts> | Rejected;

/** The result of an operation that returns no facts. */
export const DONE: Done = { ok: true };

/** The result of an operation that a rule rejected. */
export function reject(rejection: Rejection): Rejected {
  return { ok: false, rejection };
}

type Line = Partial<AuditEntry> & Pick<AuditEntry, 'action' | 'outcome'>;

/** Writes the audit line of an action, in the action's own transaction. */
export async function audit(
  tx: Database,
  requestContext: RequestContext,
  line: Line,
): Promise<void> {
  await insertAuditEntry(tx, auditedBy(requestContext), completeEntry(line));
}

/** Which actor an audit line names, and over which channel the action came. */
export function auditedBy({ actor, channel, address, requestId }: RequestContext): AuditedBy {
  return { actorKind: actor.kind, actor: actor.name, channel, address, requestId };
}

export function completeEntry(line: Line): AuditEntry {
  return { code: null, jobId: null, reason: null, before: null, after: null, ...line };
}
