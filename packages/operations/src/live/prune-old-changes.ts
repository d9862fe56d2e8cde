import { pruneChanges, pruneSubmissions } from '@renderdeck/store';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/**
 * Deletes changes and keys of submissions that are older than that; a cursor from before reads a
 * gap. Safe from several programs at once.
 */
export async function pruneOldChanges(
  context: DatabaseContext,
  input: { readonly olderThanMs: number },
): Promise<Done> {
  while ((await pruneChanges(context.db, input.olderThanMs)) > 0);
  await pruneSubmissions(context.db, input.olderThanMs);
  return DONE;
}
