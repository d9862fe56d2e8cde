/*
 * How a cancel works, from the admin's request to the proof that nothing runs:
 *
 * 1. cancelJob locks the job and decides (domain/cancel.ts). In the same transaction it saves the
 *    job with its history, writes the audit line and notifies. The database numbers the receipt.
 * 2. A queued job is CANCELLED at once. If an earlier attempt was lost with its host, the receipt
 *    says `unconfirmed` until that host reports. The receipt also says `unconfirmed` while a host
 *    has not told a new incarnation of the database what it runs (domain/awaited-host.ts): the
 *    trigger await_hosts of the database adds these hosts to the job.
 * 3. A rendering job becomes CANCELLING: the stop request is saved and its worker is notified.
 * 4. The worker reads the stop request after the notification (worker/loops/notification-loop.ts)
 *    or with its next lease renewal. A lost notification only costs time. So does a repeated
 *    cancel, which is saved with the attempt: the worker then ends the grace period.
 * 5. The worker stops the process tree, proves that no process is left
 *    (render-host/process/stop-process-tree.ts) and deletes the scratch folder.
 * 6. The worker acknowledges with both reports (worker/acknowledge-stop.ts). Only then is the job
 *    CANCELLED.
 * 7. A client that waits for the receipt waits in apps/api (live/wait-for-job.ts), never here.
 */
import { applyEvent, decideCancel, type JobView } from '@renderdeck/domain';
import {
  type Database,
  findAttemptsOfJob,
  getLockedJobView,
  insertCancelEntry,
  inTransaction,
  lockJob,
  notify,
  saveAttempt,
  workerChannel,
} from '@renderdeck/store';
import {
  type AdminContext,
  auditedBy,
  completeEntry,
  type Result,
  reject,
} from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { MOST_WAIT_MS } from './lock-jobs.ts';

/**
 * Cancels a queued job, or asks the worker of a running job to stop. A repeated cancel changes
 * nothing and returns the first receipt. Rejected if the job ended by itself.
 */
export async function cancelJob(
  context: AdminContext,
  input: { readonly id: string; readonly reason: string | null },
  mostWaitMs = MOST_WAIT_MS,
): Promise<Result<{ readonly view: JobView }>> {
  const { requestContext } = context;
  const { actor, channel } = requestContext;
  const { id, reason } = input;
  const work = async (tx: Database): Promise<Result<{ view: JobView }>> => {
    // Statements that are sent together run one after the other. So the attempts are read after the
    // lock is taken, and the view after the change, without a way to the server and back for each.
    const [locked, attempts] = await Promise.all([lockJob(tx, id), findAttemptsOfJob(tx, id)]);
    if (locked === null) return reject({ code: 'unknownJob', id });
    const { job, at } = locked;
    const decision = decideCancel(job, { by: actor.name, at, channel, reason });
    if (!decision.ok) return decision;
    const { event } = decision;
    const moved = event === null ? null : applyEvent(job, event, at);
    if (moved !== null && !moved.ok) return moved;
    // The newest attempt that may still run: it renders, or its host became silent.
    const attempt = attempts.find(({ confirmedAt }) => confirmedAt === null) ?? null;
    const asked =
      attempt === null || job.lease === null
        ? null
        : { channel: workerChannel(attempt.workerId), attemptId: attempt.id };
    const saved: Promise<unknown>[] = [];
    if (moved !== null && event !== null)
      saved.push(
        saveChange(tx, job, moved.job, {
          event: event.type,
          actor: actor.name,
          facts: { reason },
          stopAttemptId: attempt?.id ?? null,
          stopTrace: requestContext.traceparent,
          asked,
        }),
      );
    // After a repeated cancel, the worker may end the grace period early, but never extend it.
    else if (asked !== null)
      saved.push(
        saveAttempt(tx, asked.attemptId, { stopRepeated: true }),
        notify(tx, asked.channel, `${asked.attemptId} again`),
      );
    const line = completeEntry({
      action: 'cancelJob',
      outcome: event === null ? 'noop' : 'done',
      jobId: id,
      reason,
      before: { status: job.status },
      after: { status: moved?.job.status ?? job.status },
    });
    saved.push(insertCancelEntry(tx, auditedBy(requestContext), line));
    const [view] = await Promise.all([getLockedJobView(tx, id), ...saved]);
    return { ok: true, view };
  };
  return await inTransaction(context.db, work, { mostWaitMs });
}
