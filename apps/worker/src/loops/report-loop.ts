import { recordLog, recordProgress } from '@renderdeck/operations';
import type { RunningAttempt } from '../running-attempts.ts';
import type { Worker } from '../worker.ts';
import { everyTurn } from './loop.ts';

const EVERY_MS = 1000;

/** Once a second: progress of all attempts in one statement with one wake, and each attempt's new output lines. */
export function reportLoop(worker: Worker) {
  return everyTurn(
    EVERY_MS,
    async () => {
      const attempts = worker.attempts.all();
      const moved = attempts.flatMap((attempt) => {
        const progress = attempt.takeProgress();
        return progress === null ? [] : [{ attemptId: attempt.job.attemptId, ...progress }];
      });
      if (moved.length > 0) await recordProgress(worker.context, moved);
      for (const attempt of attempts) await saveLines(worker, attempt);
    },
    (error) => worker.log.warn({ err: error }, 'progress is not on record'),
  );
}

/** Writes the lines that wait; the last ones when an attempt ends. */
export async function saveLines(worker: Worker, attempt: RunningAttempt): Promise<void> {
  const chunks = attempt.lines.take();
  if (chunks.length > 0) await recordLog(worker.context, attempt.job.attemptId, chunks);
}
