import {
  type Database,
  findJobViews,
  isCursor,
  type JobChange,
  type JobView,
  readChangesSince,
  readMoreChanges,
  unseenBy,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/** In the order they were written, each with the job as it is when it is read. */
export type Changes = readonly { readonly change: JobChange; readonly view: JobView }[];

export type JobChanges = {
  /** From here to go on. */
  readonly cursor: string;
  /**
   * True where the cursor asked for is not one of this database's: changes may have been missed,
   * read everything anew.
   */
  readonly gap: boolean;
  readonly changes: Changes;
};

/**
 * Gives every change of every job since a cursor; none is missed, in whatever order transactions
 * commit. Without a cursor it gives only the one to start from.
 */
export async function readJobChanges(
  context: DatabaseContext,
  input: { readonly cursor: string | null },
): Promise<JobChanges> {
  const { db } = context;
  const { cursor } = input;
  const known = cursor === null || isCursor(cursor);
  const read = await readChangesSince(db, known ? cursor : null);
  return {
    cursor: read.cursor,
    gap: read.gap || !known,
    changes: await withViews(db, read.changes),
  };
}

const PAGE = 100;

export type JobChangesPage = JobChanges & { readonly isLast: boolean };

export type ChangesToCatchUp = {
  readonly since: string | null;
  /** Runs each read of a page, so that few clients read at a time. */
  readonly turn: <Page>(read: () => Promise<Page>) => Promise<Page>;
};

/**
 * Gives the same as readJobChanges, page by page, each read when it is asked for: a client that
 * resumes from long ago holds one page. All pages have the cursor of the first one's moment. A gap
 * may come after other pages, has the cursor to go on from, and is the last.
 */
export async function* readJobChangesInPages(
  context: DatabaseContext,
  input: ChangesToCatchUp,
): AsyncGenerator<JobChangesPage> {
  const { db } = context;
  const { since, turn } = input;
  if (since === null || !isCursor(since)) {
    yield { ...(await readJobChanges(context, { cursor: since })), isLast: true };
    return;
  }
  const first = await turn(async () => {
    const read = await readChangesSince(db, since, PAGE);
    return {
      ...read,
      afterId: read.changes.at(-1)?.id,
      changes: await withViews(db, read.changes),
    };
  });
  const { cursor: until, lastId } = first;
  let { afterId } = first;
  yield {
    cursor: until,
    gap: first.gap,
    changes: first.changes,
    isLast: afterId === undefined || afterId === lastId,
  };
  while (afterId !== undefined && lastId !== null && afterId !== lastId) {
    const place = { since, until, afterId, lastId };
    const page = await turn(async () => {
      const read = await readMoreChanges(db, place, PAGE);
      return {
        ...read,
        afterId: read.changes.at(-1)?.id,
        changes: await withViews(db, read.changes),
      };
    });
    afterId = page.afterId;
    yield {
      cursor: page.gap ? page.cursor : until,
      gap: page.gap,
      changes: page.changes,
      isLast: afterId === undefined || afterId === lastId,
    };
  }
}

/** Tells of a change whether a cursor has not seen it. */
export function isNewTo(cursor: string): (change: JobChange) => boolean {
  const unseen = unseenBy(cursor);
  return ({ xid }) => unseen(xid);
}

/** Gives the same changes, with the jobs as they are now. */
export function readViewsAgain(
  context: DatabaseContext,
  input: { readonly changes: Changes },
): Promise<Changes> {
  return withViews(
    context.db,
    input.changes.map(({ change }) => change),
  );
}

async function withViews(db: Database, changes: readonly JobChange[]): Promise<Changes> {
  const views = await findJobViews(db, [...new Set(changes.map(({ jobId }) => jobId))]);
  const byId = new Map(views.map((view) => [view.job.id, view]));
  return changes.flatMap((change) => {
    const view = byId.get(change.jobId);
    return view === undefined ? [] : [{ change, view }];
  });
}
