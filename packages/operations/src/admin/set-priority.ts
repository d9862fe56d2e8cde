/*
 * How a change of priority works, in one transaction: take the queue-order lock, lock the job,
 * decide (domain/priority.ts), save, count both positions in one statement, audit them, notify.
 *
 * The queue-order lock makes priority changes run one after the other. Claims, submissions and
 * cancels do not take it, so they never wait for a priority change.
 */
import { decideSetPriority, type JobView, queueKey, type VersionChange } from '@renderdeck/domain';
import {
  type Database,
  findLastChangeSince,
  getLockedJobView,
  inTransaction,
  lockJob,
  lockQueueOrder,
  notify,
  QUEUE_CHANNEL,
  readQueuePositions,
} from '@renderdeck/store';
import { type AdminContext, audit, type Outcome, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';

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

/**
 * Sets the priority of a queued job and returns its positions, counted at one moment after the
 * save. Rejected if the job is not queued, or if the caller saw an older version.
 */
export async function setPriority(
  context: AdminContext,
  change: PriorityChange,
): Promise<Outcome<{ view: JobView; receipt: PriorityReceipt }>> {
  const { requestContext } = context;
  return await inTransaction(
    context.db,
    async (tx): Promise<Outcome<{ view: JobView; receipt: PriorityReceipt }>> => {
      await lockQueueOrder(tx);
      const locked = await lockJob(tx, change.id);
      if (locked === null) return reject({ code: 'unknownJob', id: change.id });
      const { job, at } = locked;
      const since =
        change.expectedVersion === null
          ? null
          : await changeSince(tx, change.id, change.expectedVersion);
      const decision = decideSetPriority(job, change.priority, change.expectedVersion, since);
      if (!decision.ok) return decision;
      if (!decision.noop) {
        await saveChange(tx, job, decision.job, {
          event: 'setPriority',
          actor: requestContext.actor.name,
          facts: { before: job.priority, after: change.priority },
        });
        await notify(tx, QUEUE_CHANNEL);
      }
      const { before, after, countedAt } = await readQueuePositions(tx, {
        before: queueKey(job),
        after: queueKey(decision.job),
      });
      await audit(tx, requestContext, {
        action: 'setPriority',
        outcome: decision.noop ? 'noop' : 'done',
        jobId: change.id,
        before: { priority: job.priority, position: before },
        after: { priority: change.priority, position: after },
      });
      const view = await getLockedJobView(tx, change.id);
      const receipt = {
        priority: { before: job.priority, after: change.priority },
        position: { before, after },
        changedBy: requestContext.actor.name,
        changedAt: at,
        countedAt,
        version: decision.job.version,
        noop: decision.noop,
      };
      return { ok: true, view: { ...view, position: after }, receipt };
    },
  );
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
