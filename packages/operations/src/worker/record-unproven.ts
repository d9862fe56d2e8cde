import { saveAttempt } from '@renderdeck/store';
import { DONE, type Done, type WorkerContext } from '../operation-context.ts';

/** Saves why a host cannot prove the end of an attempt. The attempt stays open. */
export async function recordUnproven(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly reason: string },
): Promise<Done> {
  await saveAttempt(context.db, input.attemptId, { unprovenReason: input.reason });
  return DONE;
}
