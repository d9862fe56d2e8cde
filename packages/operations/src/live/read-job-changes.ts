import type { JobView } from '@renderdeck/domain';
import {
  type Database,
  findJobViews,
  isCursor,
  type JobChange,
  readChangesSince,
  readMoreChanges,
  unseenBy,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/** In the order in which they were written, each with the current state of its job. */
export type Changes = readonly { readonly change: JobChange; readonly view: JobView }[];

export type JobChanges = {
  /** Where the next read continues. */
  readonly cursor: string;
  /**
   * True if the cursor is not one of this database's. Changes may be missing: read all jobs again.
   */
  readonly gap: boolean;
  readonly changes: Changes;
};

/**
 * Returns every change of every job since a cursor. None is missed, whatever the order in which
 * transactions commit. Without a cursor it returns only a cursor to start from.
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
  /** Runs each read of a page; limits how many clients read at the same time. */
  readonly turn: <Page>(read: () => Promise<Page>) => Promise<Page>;
};

/**
 * Returns the same as readJobChanges, in pages that are read one by one: a client that resumes
 * after a long time holds one page in memory. All pages carry the cursor of the first one. A gap
 * may come after other pages. It carries the cursor to continue from, and it is the last page.
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

/** Returns a test for the changes that a cursor has not seen. */
export function isNewTo(cursor: string): (change: JobChange) => boolean {
  const unseen = unseenBy(cursor);
  return ({ xid }) => unseen(xid);
}

/** Returns the same changes with the current state of their jobs. */
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
