/*
 * A cancel, from the admin's request to the host's proof:
 *
 * 1. One transaction: lock the job, decide (domain/cancel.ts), save, history, audit, notify.
 * 2. QUEUED: the job is CANCELLED at once. Where an earlier attempt was lost with its host, the
 *    receipt is `unconfirmed` until that host reports. RENDERING: a stop request is stored with
 *    who, why and by which channel, and the worker's channel is notified.
 * 3. The worker reads the request after the notification (worker/loops/notification-loop.ts) or
 *    with its next lease renewal: a lost notification loses nothing.
 * 4. It stops the whole process tree and proves it (render-host/process/stop-process-tree.ts), then
 *    removes the scratch folder.
 * 5. It acknowledges with both reports (worker/acknowledge-stop.ts). Only then is the job
 *    CANCELLED.
 * 6. Who waits for the receipt waits on the change feed (apps/api), never in this transaction.
 */
import { applyEvent, decideCancel } from '@renderdeck/domain';
import {
  findAttemptsOfJob,
  getLockedJobView,
  inTransaction,
  type JobView,
  lockJob,
  notify,
  workerChannel,
} from '@renderdeck/store';
import { type AdminContext, audit, type Outcome, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';

/**
 * Ends a queued job, or asks the worker of a running one to stop, exactly once: a second cancel
 * changes nothing and gives the first one's receipt. Rejected for a job that ended on its own.
 */
export async function cancelJob(
  context: AdminContext,
  input: { readonly id: string; readonly reason: string | null },
): Promise<Outcome<{ readonly view: JobView }>> {
  const { requestContext } = context;
  const { id, reason } = input;
  return await inTransaction(context.db, async (tx): Promise<Outcome<{ view: JobView }>> => {
    const locked = await lockJob(tx, id);
    if (locked === null) return reject({ code: 'unknownJob', id });
    const { job, at } = locked;
    const decision = decideCancel(job, {
      by: requestContext.actor.name,
      at,
      channel: requestContext.channel,
      reason,
    });
    if (!decision.ok) return decision;
    // The newest attempt that may still run: it renders, or its host fell silent.
    const attempt =
      (await findAttemptsOfJob(tx, id)).find(({ confirmedAt }) => confirmedAt === null) ?? null;
    const entry = {
      action: 'cancelJob',
      jobId: id,
      reason,
      before: { status: job.status },
    } as const;
    if (decision.event === null) {
      await audit(tx, requestContext, { ...entry, outcome: 'noop', after: { status: job.status } });
    } else {
      const moved = applyEvent(job, decision.event, at);
      if (!moved.ok) return moved;
      await saveChange(tx, job, moved.job, {
        event: decision.event.type,
        actor: requestContext.actor.name,
        facts: { reason },
        stopAttemptId: attempt?.id ?? null,
      });
      await audit(tx, requestContext, {
        ...entry,
        outcome: 'done',
        after: { status: moved.job.status },
      });
    }
    if (attempt !== null && job.lease !== null) {
      // A repeated cancel tells the worker too: it may end the grace, never lengthen it.
      await notify(
        tx,
        workerChannel(attempt.workerId),
        decision.event === null ? `${attempt.id} again` : attempt.id,
      );
    }
    return { ok: true, view: await getLockedJobView(tx, id) };
  });
}
