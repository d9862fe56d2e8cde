import type { AuditAction, HostDrain } from '@renderdeck/domain';
import {
  type Database,
  findHost,
  type HostRow,
  inTransaction,
  saveDrained,
  saveResumed,
} from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';
import { MOST_WAIT_MS } from './lock-jobs.ts';

/** `changed`: false if the host was so already. Then the first drain stays as it is. */
export type DrainChanged = { readonly changed: boolean };

/**
 * Drains a host: from now on no claim gives it a job, whatever its worker knows. It keeps the jobs
 * that it has. The drain belongs to the name: it stays if the worker restarts, and if another
 * machine takes the name. A host that is silent, stopped or declared gone is drained for its
 * return.
 */
export async function drainHost(
  context: AdminContext,
  { name, reason }: { readonly name: string; readonly reason: string | null },
): Promise<Result<DrainChanged>> {
  const actor = context.requestContext.actor.name;
  return await changeDrain(context, name, 'drainHost', reason, (tx) =>
    saveDrained(tx, { host: name, actor, reason }),
  );
}

/** Ends the drain of a host: it may claim jobs again, as far as its state allows. */
export async function resumeHost(
  context: AdminContext,
  { name }: { readonly name: string },
): Promise<Result<DrainChanged>> {
  return await changeDrain(context, name, 'resumeHost', null, (tx) => saveResumed(tx, name));
}

async function changeDrain(
  { db, requestContext }: AdminContext,
  name: string,
  action: Extract<AuditAction, 'drainHost' | 'resumeHost'>,
  reason: string | null,
  save: (tx: Database) => Promise<boolean>,
): Promise<Result<DrainChanged>> {
  const work = async (tx: Database): Promise<Result<DrainChanged>> => {
    const changed = await save(tx);
    const host = await findHost(tx, name);
    if (host === null) return reject({ code: 'unknownHost', name });
    const isDrained = drainOf(host) !== null;
    await audit(tx, requestContext, {
      action,
      outcome: changed ? 'done' : 'noop',
      reason,
      before: { host: name, drained: isDrained !== changed },
      after: { host: name, drained: isDrained },
    });
    return { ok: true, changed };
  };
  return await inTransaction(db, work, { mostWaitMs: MOST_WAIT_MS });
}

/** The drain of a host; null if it is not drained. */
export function drainOf(
  host: Pick<HostRow, 'drainedAt' | 'drainedBy' | 'drainReason'>,
): HostDrain | null {
  const { drainedAt: at, drainedBy: by, drainReason: reason } = host;
  return at === null || by === null ? null : { at, by, reason };
}
