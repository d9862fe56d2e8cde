import { didHold, type HostCheck } from '@renderdeck/domain';
import { saveHostCheck } from '@renderdeck/store';
import { DONE, type Done, type WorkerContext } from '../operation-context.ts';

/**
 * Saves the result of a host's check of itself. After a check that held, the host may get the jobs
 * again that it gave back before the check began (domain's isKeptOff). Nothing is saved if a later
 * daemon owns the host.
 */
export async function recordHostCheck(
  context: WorkerContext,
  input: {
    readonly checks: readonly HostCheck[];
    /** How long ago the check began. */
    readonly ranMs: number;
    /** The request that the check answers; null if the host checked itself without a request. */
    readonly askedAt: Date | null;
  },
): Promise<Done> {
  const { db, workerId } = context;
  await saveHostCheck(db, { workerId, ...input, held: didHold(input.checks) });
  return DONE;
}
