import { type Database, pruneChanges, pruneSubmissions } from '@renderdeck/store';

/** Forgets the history, and the keys of submissions, that are older than that; a cursor from before reads a gap. Safe from several programs at once. */
export async function pruneOldChanges(db: Database, olderThanMs: number): Promise<void> {
  while ((await pruneChanges(db, olderThanMs)) > 0);
  await pruneSubmissions(db, olderThanMs);
}
