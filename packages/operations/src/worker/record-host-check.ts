import { type CheckItem, didHold } from '@renderdeck/domain';
import { saveHostCheck } from '@renderdeck/store';
import { DONE, type Done, type WorkerContext } from '../operation-context.ts';

/**
 * Saves what a host's check of itself showed. After a check that held, the host may get the jobs
 * again that it gave back before the check began (domain's isKeptOff). Nothing is saved if a later
 * daemon owns the host.
 */
export async function recordHostCheck(
  context: WorkerContext,
  input: {
    readonly items: readonly CheckItem[];
    /** How long ago the check began. */
    readonly ranMs: number;
    /** The request that the check answers; null if the host checked itself without a request. */
    readonly askedAt: Date | null;
  },
): Promise<Done> {
  const { db, workerId } = context;
  await saveHostCheck(db, { workerId, ...input, held: didHold(input.items) });
  return DONE;
}
