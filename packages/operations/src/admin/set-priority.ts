/*
 * How a change of priority works, in one transaction: lock the jobs, decide (domain/priority.ts),
 * take the queue-order lock and save, count the positions in one statement and audit them, read the
 * views, commit.
 *
 * Because of the queue-order lock, such transactions save, count and commit one after the other, so
 * no other change of priority comes between a count and its commit. Changes that come at the same
 * time share one transaction (group-priority-changes.ts), one count and one commit. If the job
 * already has the priority, the lock is not taken. Claims, submissions and cancels do not take it,
 * so they never wait for a change of priority.
 */
import {
  decideSetPriority,
  type Job,
  type JobView,
  queueKey,
  type RequestContext,
} from '@renderdeck/domain';
import {
  changePriorities,
  type Database,
  findUnplacedJobViews,
  insertPriorityEntries,
  inTransaction,
  type LockedJob,
  lockFreeJobs,
  lockJob,
  lockQueueOrder,
  type PriorityEntry,
  type QueuePositions,
} from '@renderdeck/store';
import {
  type AdminContext,
  auditedBy,
  completeEntry,
  type Result,
  reject,
} from '../operation-context.ts';
import { findChangeSince } from './find-change-since.ts';
import { MOST_WAIT_MS } from './lock-jobs.ts';

export type PriorityChange = {
  readonly id: string;
  readonly priority: number;
  readonly expectedVersion: number | null;
};
export type PriorityReceipt = {
  readonly priority: { readonly before: number; readonly after: number };
  readonly position: { readonly before: number; readonly after: number };
  readonly changedBy: string;
  readonly changedAt: Date;
  /**
   * The moment of both positions, after the save. `before` is the position that the job would have
   * at that moment with its earlier priority. Other jobs may enter or leave the queue later.
   */
  readonly countedAt: Date;
  readonly version: number;
  readonly noop: boolean;
};

export type PriorityResult = Result<{
  readonly view: JobView;
  readonly receipt: PriorityReceipt;
}>;
export type PriorityRequest = {
  readonly requestContext: RequestContext;
  readonly change: PriorityChange;
};

/**
 * Sets the priority of a queued job and returns its positions, counted at one moment after the
 * save. Rejected if the job is not queued, or if the caller saw an older version.
 */
export async function setPriority(
  { db, requestContext }: Pick<AdminContext, 'db' | 'requestContext'>,
  change: PriorityChange,
  mostWaitMs = MOST_WAIT_MS,
): Promise<PriorityResult> {
  const lock = async (tx: Database) => {
    const locked = await lockJob(tx, change.id);
    return locked === null ? [] : [locked];
  };
  const [result] = await setAll(db, [{ requestContext, change }], lock, mostWaitMs);
  return result ?? reject({ code: 'unknownJob', id: change.id });
}

/**
 * Sets the priorities of several different jobs. All are saved, counted and committed together.
 * Null if a job does not exist or another transaction is changing it; then nothing was decided.
 */
export async function setPriorities(
  db: Database,
  requests: readonly PriorityRequest[],
  mostWaitMs: number,
): Promise<readonly (PriorityResult | null)[]> {
  const ids = requests.map(({ change }) => change.id);
  return await setAll(db, requests, (tx) => lockFreeJobs(tx, ids), mostWaitMs);
}

async function setAll(
  db: Database,
  requests: readonly PriorityRequest[],
  lock: (tx: Database) => Promise<readonly LockedJob[]>,
  mostWaitMs: number,
): Promise<readonly (PriorityResult | null)[]> {
  const work = async (tx: Database) => {
    const locked = new Map((await lock(tx)).map((one) => [one.job.id, one]));
    const decided = await Promise.all(
      requests.map((request) => decide(tx, request, locked.get(request.change.id))),
    );
    const moves = decided.flatMap((one) => ('move' in one ? [one.move] : []));
    const changed = moves.filter(({ noop }) => !noop);
    const ids = moves.map(({ before }) => before.id);
    // They are sent together and run one after the other. The second one counts the positions and
    // writes the audit lines.
    const [, counted, views] = await Promise.all([
      save(tx, changed),
      insertPriorityEntries(tx, moves.map(entryOf)),
      findUnplacedJobViews(tx, ids),
    ]);
    return decided.map((one) => {
      if (!('move' in one)) return one.result;
      const { id } = one.move.before;
      return answerTo(one.move, counted[ids.indexOf(id)], views.get(id));
    });
  };
  return await inTransaction(db, work, { mostWaitMs });
}

type Move = {
  readonly request: PriorityRequest;
  readonly at: Date;
  readonly before: Job;
  readonly after: Job;
  readonly noop: boolean;
};
type Decided = { readonly move: Move } | { readonly result: PriorityResult | null };

async function decide(
  tx: Database,
  request: PriorityRequest,
  locked: LockedJob | undefined,
): Promise<Decided> {
  if (locked === undefined) return { result: null };
  const { id, priority, expectedVersion } = request.change;
  const { job: before, at } = locked;
  const decision = decideSetPriority(before, priority, expectedVersion);
  if (decision.ok)
    return { move: { request, at, before, after: decision.job, noop: decision.noop } };
  return { result: reject(await findChangeSince(tx, id, decision.rejection)) };
}

/** Takes the queue-order lock and saves. Throws if a job was not locked and has changed. */
async function save(tx: Database, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const changes = moves.map(({ request, before, after }) => ({
    ...{ before, after, actor: request.requestContext.actor.name },
  }));
  // Both are sent here, before this function waits: whoever calls it sends more after them.
  const [, saved] = await Promise.all([lockQueueOrder(tx), changePriorities(tx, changes)]);
  if (saved !== moves.length)
    throw new Error(`${moves.length - saved} of ${moves.length} jobs were saved without a lock`);
}

function entryOf({ request, before, after, noop }: Move): PriorityEntry {
  return {
    by: auditedBy(request.requestContext),
    entry: completeEntry({
      action: 'setPriority',
      outcome: noop ? 'noop' : 'done',
      jobId: before.id,
      before: { priority: before.priority },
      after: { priority: after.priority },
    }),
    keys: { before: queueKey(before), after: queueKey(after) },
  };
}

function answerTo(
  { request, at, before, after, noop }: Move,
  counted: QueuePositions | undefined,
  view: JobView | undefined,
): PriorityResult {
  if (counted === undefined || view === undefined) throw new Error(`job ${before.id} vanished`);
  const { countedAt, ...position } = counted;
  const receipt = {
    priority: { before: before.priority, after: after.priority },
    position,
    changedBy: request.requestContext.actor.name,
    changedAt: at,
    countedAt,
    version: after.version,
    noop,
  };
  // The view was read without a position, so its estimate would be wrong.
  return { ok: true, view: { ...view, position: position.after, estimate: null }, receipt };
}
