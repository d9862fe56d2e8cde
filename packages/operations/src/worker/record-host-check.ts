import { didHold, type HostCheck } from '@renderdeck/domain';
import { saveHostCheck } from '@renderdeck/store';
import { DONE, type Done, type WorkerContext } from '../operation-context.ts';

/**
 * Saves what a host found when it checked itself. A check that held lets it have the jobs again
 * that it gave back before the check began (domain's isKeptOff). Nothing is saved where a later
 * daemon owns the host.
 */
export async function recordHostCheck(
  context: WorkerContext,
  input: {
    readonly checks: readonly HostCheck[];
    /** How long ago the check began. */
    readonly ranMs: number;
    /** The request that it answers; null where the host checked itself. */
    readonly askedAt: Date | null;
  },
): Promise<Done> {
  const { db, workerId } = context;
  await saveHostCheck(db, { workerId, ...input, held: didHold(input.checks) });
  return DONE;
}
