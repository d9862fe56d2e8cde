import { deleteOldSecrets } from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/**
 * Deletes the secrets of jobs that ended longer ago than `olderThanMs`. A job that may run again
 * keeps its secrets. Several processes may run it at once: one deletes, the others do nothing.
 */
export async function deleteEndedSecrets(
  context: DatabaseContext,
  input: { readonly olderThanMs: number },
): Promise<Done> {
  while ((await deleteOldSecrets(context.db, input.olderThanMs)) > 0);
  return DONE;
}
