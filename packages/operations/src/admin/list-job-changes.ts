import { findJobView, inSnapshot, type ListedChange, listChangesOfJob } from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type ChangesPage = {
  readonly changes: readonly ListedChange[];
  /** The id of the last change of the page; null if no change follows. */
  readonly next: bigint | null;
};

/** Returns a page of everything that happened to a job, oldest first. */
export async function listJobChanges(
  context: DatabaseContext,
  {
    id,
    after,
    limit,
  }: { readonly id: string; readonly after: bigint | null; readonly limit: number },
): Promise<Result<ChangesPage>> {
  return await inSnapshot(context.db, async (tx): Promise<Result<ChangesPage>> => {
    if ((await findJobView(tx, id)) === null) return reject({ code: 'unknownJob', id });
    const found = await listChangesOfJob(tx, id, after, limit + 1);
    const changes = found.slice(0, limit);
    return { ok: true, changes, next: found.length > limit ? (changes.at(-1)?.id ?? null) : null };
  });
}
