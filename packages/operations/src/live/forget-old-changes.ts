import { type Database, forgetChanges, forgetSubmissions } from '@renderdeck/store';

/** Forgets the history, and the keys of submissions, that are older than that; a cursor from before reads a gap. Safe from several programs at once. */
export async function forgetOldChanges(db: Database, olderThanMs: number): Promise<void> {
  while ((await forgetChanges(db, olderThanMs)) > 0);
  await forgetSubmissions(db, olderThanMs);
}
