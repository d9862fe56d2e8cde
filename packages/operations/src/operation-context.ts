import type { Actor, AuditEntry, Rejection } from '@renderdeck/domain';
import { type Database, insertAuditEntry } from '@renderdeck/store';

/** Who asks, over which channel and from where. */
export type RequestContext = {
  readonly actor: Actor;
  readonly channel: string;
  readonly address: string | null;
  readonly requestId: string | null;
};

/** What an act of a person or program needs. The clock is the database's. */
export type AdminContext = {
  readonly db: Database;
  readonly requestContext: RequestContext;
  newId(): string;
};

/** What an act of a render worker needs: its host's name and its own run. */
export type WorkerContext = {
  readonly db: Database;
  readonly host: string;
  readonly workerId: string;
};

/** Done, or a rule said no and nothing changed. */
export type Outcome<Done> =
  | ({ readonly ok: true } & Done)
  | { readonly ok: false; readonly rejection: Rejection };

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
