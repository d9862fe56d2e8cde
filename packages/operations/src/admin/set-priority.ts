/*
 * How changes of priority work, in one transaction: lock the jobs, decide (domain/priority.ts),
 * then in one go: take the queue-order lock, save and notify, count the positions in one statement
 * and audit them, read the views, commit.
 *
 * The queue-order lock makes such transactions save, count and commit one after the other, so no
 * other change of priority comes between a count and its commit. Changes that come at once share
 * one transaction (group-priority-changes.ts), one count and one commit. A change to the priority
 * that the job has takes no queue-order lock. Claims, submissions and cancels do not take it, so
 * they never wait for a priority change.
 */
import {
  decideSetPriority,
  type Job,
  type JobView,
  queueKey,
  type RequestContext,
  type VersionChange,
} from '@renderdeck/domain';
import {
  changePriorities,
  type Database,
  findLastChangeSince,
  findUnplacedJobViews,
  insertPriorityEntries,
  inTransaction,
  LastStatements,
  type LockedJob,
  lockFreeJobs,
  lockJob,
  lockQueueOrder,
} from '@renderdeck/store';
import {
  type AdminContext,
  auditedBy,
  type Outcome,
  reject,
  wholeEntry,
} from '../operation-context.ts';
import { MOST_WAIT_MS } from './most-wait-ms.ts';

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
   * Both positions are of this moment, after the save: `before` is the position that the job would
   * have then with its earlier priority. Other jobs may enter or leave the queue later.
   */
  readonly countedAt: Date;
  readonly version: number;
  readonly noop: boolean;
};

export type PriorityOutcome = Outcome<{
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
): Promise<PriorityOutcome> {
  const lock = async (tx: Database) => {
    const locked = await lockJob(tx, change.id);
    return locked === null ? [] : [locked];
  };
  const [outcome] = await setAll(db, [{ requestContext, change }], lock, mostWaitMs);
  return outcome ?? reject({ code: 'unknownJob', id: change.id });
}

/**
 * The same for several jobs, each once. All are saved, counted and committed at once. Null where a
 * job is not there, or another transaction changes it now: then nothing was decided.
 */
export async function setPriorities(
  db: Database,
  requests: readonly PriorityRequest[],
  mostWaitMs: number,
): Promise<readonly (PriorityOutcome | null)[]> {
  const ids = requests.map(({ change }) => change.id);
  return await setAll(db, requests, (tx) => lockFreeJobs(tx, ids), mostWaitMs);
}

async function setAll(
  db: Database,
  requests: readonly PriorityRequest[],
  lock: (tx: Database) => Promise<readonly LockedJob[]>,
  mostWaitMs: number,
): Promise<readonly (PriorityOutcome | null)[]> {
  const work = async (tx: Database) => {
    const [locked, ...since] = await Promise.all([
      lock(tx),
      ...requests.map(({ change: { id, expectedVersion } }) =>
        expectedVersion === null ? null : changeSince(tx, id, expectedVersion),
      ),
    ]);
    const lockedById = new Map(locked.map((one) => [one.job.id, one]));
    const decided = requests.map((request, index): Decided => {
      const { id, priority, expectedVersion } = request.change;
      const found = lockedById.get(id);
      if (found === undefined) return { ok: false, outcome: null };
      const { job: before, at } = found;
      const decision = decideSetPriority(before, priority, expectedVersion, since[index] ?? null);
      if (!decision.ok) return { ok: false, outcome: decision };
      return { ok: true, move: { request, at, before, after: decision.job, noop: decision.noop } };
    });
    const moves = decided.flatMap((one) => (one.ok ? [one.move] : []));
    const receipts = save(tx, moves);
    return new LastStatements(
      receipts.then((done) => {
        const next = done.values();
        return decided.map((one) => (one.ok ? (next.next().value ?? null) : one.outcome));
      }),
    );
  };
  return await inTransaction<readonly (PriorityOutcome | null)[]>(db, work, { mostWaitMs });
}

type Move = {
  readonly request: PriorityRequest;
  readonly at: Date;
  readonly before: Job;
  readonly after: Job;
  readonly noop: boolean;
};
type Decided =
  | { readonly ok: true; readonly move: Move }
  | { readonly ok: false; readonly outcome: PriorityOutcome | null };

/** Sends all statements at once. Gives the outcomes in the order of the moves. */
async function save(tx: Database, moves: readonly Move[]): Promise<readonly PriorityOutcome[]> {
  if (moves.length === 0) return [];
  const entries = moves.map(({ request: { requestContext }, before, after, noop }) => ({
    by: auditedBy(requestContext),
    entry: wholeEntry({
      action: 'setPriority',
      outcome: noop ? 'noop' : 'done',
      jobId: before.id,
      before: { priority: before.priority },
      after: { priority: after.priority },
    }),
    keys: { before: queueKey(before), after: queueKey(after) },
  }));
  const changed = moves.filter(({ noop }) => !noop);
  const ids = moves.map(({ before }) => before.id);
  const saved = changed.length === 0 ? [] : [lockQueueOrder(tx), saveAll(tx, changed)];
  const [positions, views] = await Promise.all([
    insertPriorityEntries(tx, entries),
    findUnplacedJobViews(tx, ids),
    ...saved,
  ]);
  return moves.map(({ request, at, before, after, noop }, index) => {
    const [counts, view] = [positions[index], views.get(before.id)];
    if (counts === undefined || view === undefined) throw new Error(`job ${before.id} vanished`);
    const { countedAt, ...position } = counts;
    const priority = { before: before.priority, after: after.priority };
    const changedBy = request.requestContext.actor.name;
    return {
      ok: true,
      view: { ...view, position: position.after },
      receipt: {
        ...{ priority, position, changedBy, changedAt: at, countedAt, noop },
        version: after.version,
      },
    };
  });
}

/** Throws where a job was not locked and has changed. */
async function saveAll(tx: Database, moves: readonly Move[]): Promise<void> {
  const saved = await changePriorities(
    tx,
    moves.map(({ request, before, after }) => ({
      ...{ before, after, actor: request.requestContext.actor.name },
    })),
  );
  if (saved !== moves.length)
    throw new Error(`${moves.length - saved} of ${moves.length} jobs were saved without a lock`);
}

async function changeSince(
  tx: Database,
  id: string,
  version: number,
): Promise<VersionChange | null> {
  const last = await findLastChangeSince(tx, id, version);
  if (last === null) return null;
  const { before, after } = last.facts;
  const what =
    last.event === 'setPriority'
      ? `priority ${before} → ${after}`
      : `${last.statusBefore} → ${last.statusAfter}`;
  return { by: last.actor, at: last.at, what };
}
