import type { AuditEntry, Rejection, RequestContext } from '@renderdeck/domain';
import { type Database, insertAuditEntry } from '@renderdeck/store';

/** What a read or a background task needs: nobody in particular asks for it. */
export type DatabaseContext = { readonly db: Database };

/** What an act of a person or program needs. The clock is the database's. */
export type AdminContext = DatabaseContext & {
  readonly requestContext: RequestContext;
  newId(): string;
};

/** What an act of a render worker needs: its host's name and its own run. */
export type WorkerContext = DatabaseContext & {
  readonly host: string;
  readonly workerId: string;
};

/** It was done. A use case to which no rule says no always answers so. */
export type Done<Facts = object> = { readonly ok: true } & Facts;

/** A rule said no and nothing changed. */
export type Rejected = { readonly ok: false; readonly rejection: Rejection };

/** What every use case answers. */
export type Outcome<Facts = object> = Done<Facts> | Rejected;

/** The answer of a use case that has nothing more to tell. */
export const DONE: Done = { ok: true };

/** The answer of a use case to which a rule said no. */
export function reject(rejection: Rejection): Rejected {
  return { ok: false, rejection };
}

/** The audit line of an act, in the act's own transaction. */
export async function audit(
  tx: Database,
  requestContext: RequestContext,
  entry: Partial<AuditEntry> & Pick<AuditEntry, 'action' | 'outcome'>,
): Promise<void> {
  const by = {
    actorKind: requestContext.actor.kind,
    actor: requestContext.actor.name,
    channel: requestContext.channel,
    address: requestContext.address,
    requestId: requestContext.requestId,
  };
  await insertAuditEntry(tx, by, {
    code: null,
    jobId: null,
    reason: null,
    before: null,
    after: null,
    ...entry,
  });
}
