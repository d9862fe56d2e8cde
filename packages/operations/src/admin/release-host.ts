import { decideHandOver, explainHandedOver, type HostRejection } from '@renderdeck/domain';
import {
  type Database,
  findHost,
  findUnprovenAttempts,
  inTransaction,
  saveAttempt,
  saveHandedOver,
} from '@renderdeck/store';
import { type AdminContext, audit, DONE, type Result, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { lockJobs, MOST_WAIT_MS } from './lock-jobs.ts';

/**
 * Hands the name of a host over: the next host that registers may take it. Attempts of the old host
 * stay open and say why. Only the old host can prove their end, under any name. Rejected while the
 * host is heard.
 */
export async function releaseHost(
  context: AdminContext,
  input: { readonly name: string; readonly reason: string },
  mostWaitMs = MOST_WAIT_MS,
): Promise<Result> {
  const { requestContext } = context;
  const { name, reason } = input;
  const actor = requestContext.actor.name;
  const work = async (tx: Database): Promise<Result> => {
    const host = await findHost(tx, name);
    if (host === null) return reject({ code: 'unknownHost', name });
    const decision = decideHandOver({
      name,
      lastHeardAt: host.lastHeardAt,
      isHeard: host.stoppedAt === null && host.isWithinLease,
      isHandedOver: host.releasedAt !== null,
    });
    if (!decision.ok) return decision;
    const own = (await findUnprovenAttempts(tx, name)).filter(
      ({ hostId }) => hostId === null || hostId === host.hostId,
    );
    if (!decision.noop) {
      const jobs = await lockJobs(
        tx,
        own.map(({ jobId }) => jobId),
      );
      // A worker locks jobs before the row of its host. The other order here could deadlock with
      // it.
      if (!(await saveHandedOver(tx, { host: name, actor })))
        return reject(await rejectionOfHeard(tx, name));
      const unprovenReason = explainHandedOver(host, actor, reason);
      for (const { id } of own) await saveAttempt(tx, id, { unprovenReason });
      const facts = { host: name, reason };
      for (const job of jobs) {
        const next = { ...job, version: job.version + 1 };
        await saveChange(tx, job, next, { event: 'releaseHost', actor, facts });
      }
    }
    await audit(tx, requestContext, {
      action: 'releaseHost',
      outcome: decision.noop ? 'noop' : 'done',
      reason,
      before: { host: name, hostId: host.hostId, openAttempts: own.length },
      after: { host: name, hostId: null, openAttempts: own.length },
    });
    return DONE;
  };
  return await inTransaction(context.db, work, { mostWaitMs });
}

/** The rejection if the host was heard, or its row was removed, after it was read. */
async function rejectionOfHeard(tx: Database, name: string): Promise<HostRejection> {
  const host = await findHost(tx, name);
  return host === null
    ? { code: 'unknownHost', name }
    : { code: 'hostHeard', name, lastHeardAt: host.lastHeardAt };
}
