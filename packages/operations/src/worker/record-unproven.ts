import type { StopReport } from '@renderdeck/domain';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type Attempt, changeWithoutLock } from './own-job.ts';

export type Unproven = {
  /** Why this host cannot prove the end of the attempt, as a sentence; null if it tries again. */
  readonly reason: string | null;
  /** What the last try found, with its survivors; null if nothing was searched. */
  readonly stopReport: StopReport | null;
};

/**
 * Saves why the end of an attempt is not proven. The attempt stays open, and its job stays
 * unchanged.
 */
export async function recordUnproven(
  context: WorkerContext,
  input: { readonly attempt: Attempt } & Unproven,
): Promise<Result> {
  const { reason, stopReport } = input;
  const { jobId, attemptId } = input.attempt;
  return await changeWithoutLock(context.db, jobId, ({ job, attempts }) => {
    const attempt = attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined) return reject({ code: 'unknownAttempt', attemptId });
    const found = stopReport === null ? {} : { stopReport };
    const facts = { why: reason, survivors: stopReport?.survivors.length ?? null };
    return {
      ok: true,
      change: {
        after: { ...job, version: job.version + 1 },
        line: { event: 'reportStop', actor: context.host, facts },
        attempt: { id: attemptId, change: { unprovenReason: reason, ...found } },
      },
    };
  });
}
