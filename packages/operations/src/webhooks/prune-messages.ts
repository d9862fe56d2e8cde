import { pruneMessages as pruneRows } from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/**
 * Deletes messages of webhooks that are older than `olderThanMs`, with their tries. Several
 * processes may run it at once.
 */
export async function pruneMessages(
  { db }: DatabaseContext,
  { olderThanMs }: { readonly olderThanMs: number },
): Promise<Done> {
  await pruneRows(db, olderThanMs);
  return DONE;
}
