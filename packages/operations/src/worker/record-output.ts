import { type NewOutput, saveOutput } from '@renderdeck/store';
import { DONE, type Result, reject, type WorkerContext } from '../operation-context.ts';

/**
 * Saves what is known of an output that an attempt has published, and again when it is measured.
 * The job does not change. It counts even if the attempt has lost the job.
 */
export async function recordOutput(
  context: Pick<WorkerContext, 'db'>,
  input: { readonly attemptId: string; readonly output: NewOutput },
): Promise<Result> {
  const { attemptId, output } = input;
  const isKnown = await saveOutput(context.db, attemptId, output);
  return isKnown ? DONE : reject({ code: 'unknownAttempt', attemptId });
}
