import { saveJournalSent } from '@renderdeck/store';
import { DONE, type Done, type WorkerContext } from '../operation-context.ts';

/**
 * Saves that this incarnation of the database has everything that the host knows of its attempts.
 */
export async function recordJournalSent(
  { db, workerId }: WorkerContext,
  { incarnation }: { readonly incarnation: string },
): Promise<Done> {
  await saveJournalSent(db, workerId, incarnation);
  return DONE;
}
