import type { JobView } from '@renderdeck/domain';
import { eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobs } from '../../schema/index.ts';
import { jobViewFromRow, OWN_POSITION, selectJobViews } from './job-view.ts';

/**
 * Rows: reads one job with its position and receipt, all of one snapshot, by primary key. Null
 * where no job has the id.
 */
export async function findJobView(db: Database, id: string): Promise<JobView | null> {
  const [row] = await selectJobViews(db, OWN_POSITION).where(eq(jobs.id, id));
  return row === undefined ? null : jobViewFromRow(row);
}

/** The same for a job that this transaction has inserted or locked, so a missing row throws. */
export async function getLockedJobView(tx: Database, id: string): Promise<JobView> {
  const view = await findJobView(tx, id);
  if (view === null) throw new Error(`job ${id} vanished within the transaction that holds it`);
  return view;
}

/** From this many jobs on, one pass over jobs_queue is cheaper than one count for each job. */
const MANY = 8;
const PLACES = sql`(
  select queue_key, row_number() over (order by queue_key) as place
  from jobs where queue_key is not null) places`;

/** Rows: reads the jobs with these ids, by primary key. Order: none. */
export async function findJobViews(
  db: Database,
  ids: readonly string[],
): Promise<readonly JobView[]> {
  if (ids.length === 0) return [];
  const named = inArray(jobs.id, [...ids]);
  if (ids.length < MANY)
    return (await selectJobViews(db, OWN_POSITION).where(named)).map(jobViewFromRow);
  const views = selectJobViews(db, sql<string | null>`places.place`).leftJoin(
    PLACES,
    sql`places.queue_key = ${jobs.queueKey}`,
  );
  return (await views.where(named)).map(jobViewFromRow);
}
