import type { JobView } from '@renderdeck/domain';
import {
  type Database,
  findJobViews,
  type JobChange,
  parseCursor,
  readChangesSince,
  readMoreChanges,
  unseenBy,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/** The changes in the order in which they were written, each with the current state of its job. */
export type Changes = readonly { readonly change: JobChange; readonly view: JobView }[];

export type JobChanges = {
  /** Where the next read continues. */
  readonly cursor: string;
  /**
   * True if the cursor is not of this incarnation of the database. Changes may be missing, and jobs
   * may have gone back to an earlier version, so the client must read all jobs again.
   */
  readonly gap: boolean;
  readonly changes: Changes;
};

/**
 * Returns every change of every job since a cursor. No change is missed, in any order of commits.
 * Without a cursor it returns only a cursor to start from.
 */
export async function readJobChanges(
  context: DatabaseContext,
  input: { readonly cursor: string | null },
): Promise<JobChanges> {
  const { db } = context;
  const { cursor } = input;
  const since = cursor === null ? null : parseCursor(cursor);
  const read = await readChangesSince(db, since);
  return {
    cursor: read.cursor,
    gap: read.gap || (cursor !== null && since === null),
    changes: await withViews(db, read.changes),
  };
}

const PAGE = 100;

export type JobChangesPage = JobChanges & {
  readonly isLast: boolean;
  /** In the first page: how many changes all pages have together. */
  readonly missed: number;
};

export type ChangesToCatchUp = {
  readonly since: string | null;
  /** Runs each read of a page. It limits how many clients read at the same time. */
  readonly turn: <Page>(read: () => Promise<Page>) => Promise<Page>;
};

/**
 * Returns the same changes as readJobChanges, in pages that are read one by one, so a client that
 * resumes after a long time needs memory for one page. All pages carry the cursor of the first
 * page. If a gap comes after other pages, its page carries the cursor to continue from and is the
 * last one.
 */
export async function* readJobChangesInPages(
  context: DatabaseContext,
  input: ChangesToCatchUp,
): AsyncGenerator<JobChangesPage> {
  const { db } = context;
  const { turn } = input;
  const since = input.since === null ? null : parseCursor(input.since);
  if (since === null) {
    const read = await readJobChanges(context, { cursor: input.since });
    yield { ...read, isLast: true, missed: read.changes.length };
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
  const { cursor, lastId } = first;
  const until = parseCursor(cursor);
  let { afterId } = first;
  yield {
    cursor,
    gap: first.gap,
    changes: first.changes,
    isLast: afterId === undefined || afterId === lastId,
    missed: first.missed,
  };
  while (until !== null && afterId !== undefined && lastId !== null && afterId !== lastId) {
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
      cursor: page.gap ? page.cursor : cursor,
      gap: page.gap,
      changes: page.changes,
      isLast: afterId === undefined || afterId === lastId,
      missed: 0,
    };
  }
}

/**
 * Returns a function that says whether a change is new to a cursor. Both must be of one
 * incarnation.
 */
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

/**
 * The changes of a job that was deleted are left out. A job that is not in the answer is asked for
 * once more, so that one wrong answer loses no change.
 */
async function withViews(db: Database, changes: readonly JobChange[]): Promise<Changes> {
  const views = new Map<string, JobView>();
  const read = async (ids: readonly string[]) => {
    for (const view of await findJobViews(db, ids)) views.set(view.job.id, view);
  };
  const ids = [...new Set(changes.map(({ jobId }) => jobId))];
  await read(ids);
  await read(ids.filter((id) => !views.has(id)));
  return changes.flatMap((change) => {
    const view = views.get(change.jobId);
    return view === undefined ? [] : [{ change, view }];
  });
}
