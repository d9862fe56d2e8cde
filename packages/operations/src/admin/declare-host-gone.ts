import {
  type DeclarableHost,
  decideDeclareGone,
  type HostRejection,
  type Job,
} from '@renderdeck/domain';
import {
  type Database,
  declareAttempts,
  findHost,
  findHostsOfId,
  findUnprovenAttempts,
  inTransaction,
  saveHostGone,
} from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { lockJobs, MOST_WAIT_MS } from './lock-jobs.ts';

export type DeclaredGone = {
  readonly declared: readonly { readonly jobId: string; readonly number: number }[];
};
type By = { readonly actor: string; readonly host: string; readonly reason: string };

/**
 * Declares a host gone for ever. Its open attempts count as ended without a proof, and their
 * receipts say who declared the host gone, when and why. Rejected while the host is heard or holds
 * a job. If the host comes back, its proof replaces the declaration.
 */
export async function declareHostGone(
  context: AdminContext,
  input: { readonly name: string; readonly reason: string },
  mostWaitMs = MOST_WAIT_MS,
): Promise<Result<DeclaredGone>> {
  const { requestContext } = context;
  const { name, reason } = input;
  const by = { actor: requestContext.actor.name, host: name, reason };
  const work = async (tx: Database): Promise<Result<DeclaredGone>> => {
    const host = await findDeclarable(tx, name);
    if (host === null) return reject({ code: 'unknownHost', name });
    const unproven = await findUnprovenAttempts(tx, name);
    const decision = decideDeclareGone(host, unproven);
    if (!decision.ok) return decision;
    const { attemptIds, hostIsGone, noop } = decision;
    const jobs = await lockJobs(
      tx,
      unproven.filter(({ id }) => attemptIds.includes(id)).map(({ jobId }) => jobId),
    );
    // A worker locks jobs before the row of its host. The other order here could deadlock with it.
    if (!noop && hostIsGone && !(await saveHostGone(tx, by)))
      return reject(await rejectionOfHeard(tx, name));
    const declared = await declareAttempts(tx, attemptIds, by);
    await saveChanges(tx, jobs, declared, by);
    const openAttempts = unproven.filter(({ holdsJob }) => !holdsJob).length;
    await audit(tx, requestContext, {
      action: 'declareHostGone',
      outcome: noop ? 'noop' : 'done',
      reason,
      before: { host: name, openAttempts },
      after: {
        host: name,
        openAttempts: openAttempts - declared.length,
        declared: declared.map(({ jobId, number }) => `${jobId} attempt ${number}`).join(', '),
      },
    });
    return { ok: true, declared };
  };
  return await inTransaction(context.db, work, { mostWaitMs });
}

/** A host may be heard under another name. Then it proves its attempts under both names. */
async function findDeclarable(tx: Database, name: string): Promise<DeclarableHost | null> {
  const host = await findHost(tx, name);
  if (host === null) return null;
  const { hostId, goneAt } = host;
  const others = hostId === null ? [] : await findHostsOfId(tx, hostId, name);
  const heard = [host, ...others].find((one) => one.stoppedAt === null && one.isWithinLease);
  const { lastHeardAt } = heard ?? host;
  const isHeard = heard !== undefined;
  return { name: heard?.name ?? name, hostId, lastHeardAt, isHeard, isGone: goneAt !== null };
}

async function saveChanges(
  tx: Database,
  jobs: readonly Job[],
  declared: DeclaredGone['declared'],
  { actor, host, reason }: By,
): Promise<void> {
  for (const job of jobs) {
    const numbers = declared.filter(({ jobId }) => jobId === job.id).map(({ number }) => number);
    if (numbers.length === 0) continue;
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'declareHostGone', actor, facts: { host, attempts: numbers.join(', '), reason } },
    );
  }
}

/** The rejection if the host was heard, or claimed a job, after it was read. */
async function rejectionOfHeard(tx: Database, name: string): Promise<HostRejection> {
  const host = await findHost(tx, name);
  return host === null
    ? { code: 'unknownHost', name }
    : { code: 'hostHeard', name, lastHeardAt: host.lastHeardAt };
}
