import { pruneMessages as pruneRows } from '@renderdeck/store';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/** Deletes messages of webhooks, with their tries, that are older. Safe in several processes. */
export async function pruneMessages(
  { db }: DatabaseContext,
  { olderThanMs }: { readonly olderThanMs: number },
): Promise<Done> {
  await pruneRows(db, olderThanMs);
  return DONE;
}
