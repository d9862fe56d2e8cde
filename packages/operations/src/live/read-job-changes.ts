import { type Database, findJobViews, isCursor, type JobChange, type JobView, readChangesSince } from '@renderdeck/store';

export type JobChanges = {
  /** From here to go on. */
  readonly cursor: string;
  /** True where the cursor asked for is not one of this database's: changes may have been missed, read everything anew. */
  readonly gap: boolean;
  /** In the order they were written, each with the job as it is now. */
  readonly changes: readonly { readonly change: JobChange; readonly view: JobView }[];
};

/** Every change of every job since a cursor, missing none however transactions committed; without a cursor, only the one to start from. */
export async function readJobChanges(db: Database, cursor: string | null): Promise<JobChanges> {
  const known = cursor === null || isCursor(cursor);
  const read = await readChangesSince(db, known ? cursor : null);
  const views = await findJobViews(db, [...new Set(read.changes.map(({ jobId }) => jobId))]);
  const byId = new Map(views.map((view) => [view.job.id, view]));
  return {
    cursor: read.cursor,
    gap: read.gap || !known,
    changes: read.changes.flatMap((change) => {
      const view = byId.get(change.jobId);
      return view === undefined ? [] : [{ change, view }];
    }),
  };
}
