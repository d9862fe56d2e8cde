import { countQueueFaults, foldQueueCounts, recountQueue } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/**
 * Folds new changes into the counts of the queue. If there are no counts, as in a new or a restored
 * database, it recounts. Positions are always exact; this only keeps them fast. Several processes
 * may run it at once: one folds, the others do nothing. Returns how many changes it folded.
 */
export async function keepQueueCounts(context: DatabaseContext): Promise<number> {
  const folded = await foldQueueCounts(context.db);
  if (folded.kind === 'invalid') await recountQueue(context.db);
  return folded.kind === 'folded' ? folded.changes : 0;
}

/**
 * Compares the counts of the queue with its jobs, and recounts if they differ. They differ only if
 * somebody wrote to the table of jobs by hand. Returns in how many blocks they differed.
 */
export async function repairQueueCounts(context: DatabaseContext): Promise<number> {
  const faults = await countQueueFaults(context.db);
  if (faults > 0) await recountQueue(context.db);
  return faults;
}
