import { countQueueFaults, foldQueueCounts, recountQueue } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/**
 * Folds new changes into the counts of the queue, and makes the counts anew where there are none,
 * as in a new or a restored database. Positions are exact all the time; this keeps them quick. Safe
 * in several processes at once: one folds, the others do nothing. Returns how many changes it
 * folded.
 */
export async function keepQueueCounts(context: DatabaseContext): Promise<number> {
  const folded = await foldQueueCounts(context.db);
  if (folded.kind === 'invalid') await recountQueue(context.db);
  return folded.kind === 'folded' ? folded.changes : 0;
}

/**
 * Compares the counts of the queue with its jobs, and makes them anew where they differ. They
 * differ only where somebody wrote to the table of jobs by hand. Returns in how many blocks.
 */
export async function repairQueueCounts(context: DatabaseContext): Promise<number> {
  const faults = await countQueueFaults(context.db);
  if (faults > 0) await recountQueue(context.db);
  return faults;
}
