import { decideAskForCheck } from '@renderdeck/domain';
import { type Database, findHost, inTransaction, saveCheckAsked } from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';
import { MOST_WAIT_MS } from './lock-jobs.ts';

/**
 * Asks a host to check itself at once. Its worker reads the request after the notification or at
 * its next heartbeat, and answers with record-host-check.ts. Rejected while the host is not heard.
 */
export async function checkHost(
  context: AdminContext,
  input: { readonly name: string },
): Promise<Result<{ readonly askedAt: Date }>> {
  const { requestContext } = context;
  const { name } = input;
  const work = async (tx: Database): Promise<Result<{ askedAt: Date }>> => {
    const host = await findHost(tx, name);
    if (host === null) return reject({ code: 'unknownHost', name });
    const isHeard = host.stoppedAt === null && host.isWithinLease;
    const decision = decideAskForCheck({ name, lastHeardAt: host.lastHeardAt, isHeard });
    if (!decision.ok) return decision;
    const { workerId, problem } = host;
    const actor = requestContext.actor.name;
    const askedAt = await saveCheckAsked(tx, { host: name, workerId, actor });
    await audit(tx, requestContext, {
      action: 'checkHost',
      outcome: 'done',
      before: { host: name, problem },
      after: { host: name, problem },
    });
    return { ok: true, askedAt };
  };
  return await inTransaction(context.db, work, { mostWaitMs: MOST_WAIT_MS });
}
