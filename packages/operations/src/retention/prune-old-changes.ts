import { openIncarnation } from '@renderdeck/store';
import { pruneChanges, pruneSubmissions } from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/**
 * Deletes job changes and submission keys older than `olderThanMs`. A reader with an older cursor
 * gets a gap. Several processes may run it at once.
 */
export async function pruneOldChanges(
  context: DatabaseContext,
  input: { readonly olderThanMs: number },
): Promise<Done> {
  await openIncarnation(context.db);
  while ((await pruneChanges(context.db, input.olderThanMs)) > 0);
  await pruneSubmissions(context.db, input.olderThanMs);
  return DONE;
}
