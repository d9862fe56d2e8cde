import { recordLog, recordProgress } from '@renderdeck/operations';
import type { RunningAttempt } from '../attempt/running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

const EVERY_MS = 1000;

/** Saves once a second the progress of all attempts in one statement, and the new lines of each. */
export function reportLoop(worker: Worker) {
  return runPeriodically(
    EVERY_MS,
    () => saveReports(worker, worker.attempts.all()),
    (error) => worker.log.warn({ err: error }, 'progress is not on record'),
  );
}

/** Saves the new progress and lines of these attempts. Data that is not saved is sent again. */
export async function saveReports(
  worker: Worker,
  attempts: readonly RunningAttempt[],
): Promise<void> {
  const changed = attempts.flatMap((attempt) => {
    const progress = attempt.takeProgress();
    return progress === null
      ? []
      : [{ attemptId: attempt.job.attemptId, ...progress, steps: attempt.steps() }];
  });
  try {
    if (changed.length > 0) await recordProgress(worker.context, { progress: changed });
  } catch (error) {
    for (const { attemptId } of changed) worker.attempts.get(attemptId)?.setProgress({});
    throw error;
  }
  for (const attempt of attempts) {
    for (let chunks = attempt.lines.take(); chunks.length > 0; chunks = attempt.lines.take()) {
      await recordLog(worker.context, { attemptId: attempt.job.attemptId, chunks });
      attempt.lines.sent(chunks);
    }
  }
}
