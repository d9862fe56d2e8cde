import { saveJournalSent } from '@renderdeck/store';
import { DONE, type Done, type WorkerContext } from '../operation-context.ts';

/** Notes that this incarnation of the database has all that the host knows of its attempts. */
export async function recordJournalSent(
  { db, workerId }: WorkerContext,
  { incarnation }: { readonly incarnation: string },
): Promise<Done> {
  await saveJournalSent(db, workerId, incarnation);
  return DONE;
}
