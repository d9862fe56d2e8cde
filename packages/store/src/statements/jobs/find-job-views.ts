import type { JobView } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobs } from '../../schema/index.ts';
import {
  IDS,
  IS_THIS,
  jobViewFromRow,
  PLACE,
  placesOf,
  selectJobView,
  THE_LATEST,
  viewWith,
} from './job-view.ts';

/**
 * Rows: reads one job with its position and receipt, all of one snapshot, by primary key. Null if
 * no job has the id.
 */
export async function findJobView(db: Database, id: string): Promise<JobView | null> {
  const [row] = await selectJobView(db, { id });
  return row === undefined ? null : jobViewFromRow(row);
}

/**
 * Reads a job as findJobView does. The transaction has inserted or locked the job, so a missing row
 * throws.
 */
export async function getLockedJobView(tx: Database, id: string): Promise<JobView> {
  const view = await findJobView(tx, id);
  if (view === null)
    throw new Error(`job ${id} is missing in the transaction that inserted or locked it`);
  return view;
}

const selectSeveral = (ids: SQL) =>
  prepareSelect(viewWith(PLACE), (select) =>
    select
      .from(jobs)
      .leftJoinLateral(...THE_LATEST)
      .leftJoin(placesOf(ids), sql`places.key = ${jobs.queueKey}`)
      .where(sql`${jobs.id} = ${ids}`),
  );
/**
 * For more jobs than this, a new plan each time costs less than a bad plan that was made for few
 * jobs.
 */
const FEW = 50;
const selectFew = selectSeveral(IDS);
const selectMany = selectSeveral(sql`any (${sql.placeholder('ids')}::uuid[])`);

/** Rows: reads the jobs with these ids, all of one snapshot, by primary key. Order: none. */
export async function findJobViews(
  db: Database,
  ids: readonly string[],
): Promise<readonly JobView[]> {
  const [id] = ids;
  if (id === undefined) return [];
  if (ids.length === 1) return (await selectJobView(db, { id })).map(jobViewFromRow);
  const select = ids.length <= FEW ? selectFew : selectMany;
  return (await select(db, { ids: `{${ids.join()}}` })).map(jobViewFromRow);
}

const selectUnplaced = (condition: SQL) =>
  prepareSelect(viewWith(sql<string | null>`null`), (select) =>
    select
      .from(jobs)
      .leftJoinLateral(...THE_LATEST)
      .where(condition),
  );
const selectOneUnplaced = selectUnplaced(IS_THIS);
const selectFewUnplaced = selectUnplaced(sql`${jobs.id} = ${IDS}`);

/**
 * Rows: reads jobs as findJobViews does, but without their positions, for callers that have counted
 * them. Gives a map by id.
 */
export async function findUnplacedJobViews(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobView>> {
  if (ids.length === 0) return new Map();
  const rows =
    ids.length === 1
      ? await selectOneUnplaced(db, { id: ids[0] })
      : await selectFewUnplaced(db, { ids: `{${ids.join()}}` });
  return new Map(rows.map((row) => [row.job.id, jobViewFromRow(row)]));
}
