import { type CancelReceipt, deriveCancelReceipt, type Job, TRANSITIONS } from '@renderdeck/domain';
import { aliasedTable, and, asc, desc, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';

/** A job as a client sees it. */
export type JobView = {
  readonly job: Job;
  readonly position: number | null;
  readonly progress: number;
  readonly host: string | null;
  readonly receipt: CancelReceipt | null;
};

const latest = aliasedTable(attempts, 'latest');
const stopped = aliasedTable(attempts, 'stopped');

const COLUMNS = { job: jobs, latest, stopped } as const;

/** Reads: jobs with their latest attempt and the one that a stop hit, by primary keys; the caller says which jobs and in what order. */
function selectViews(db: Database, position: SQL<string | null>) {
  return db
    .select({ ...COLUMNS, position })
    .from(jobs)
    .leftJoin(latest, eq(latest.id, jobs.attemptId))
    .leftJoin(stopped, eq(stopped.id, jobs.stopAttemptId));
}
type ViewRow = Awaited<ReturnType<typeof selectViews>>[number];

function viewFromRow(row: ViewRow): JobView {
  const job = jobFromRow(row.job);
  const queued = row.job.queueKey !== null;
  return {
    job,
    position: row.position === null ? null : Number(row.position),
    progress: queued ? 0 : Math.round((row.latest?.progress ?? 0) * 10) / 10,
    host: queued ? null : row.job.host,
    receipt: deriveCancelReceipt(
      job,
      row.stopped === null
        ? null
        : {
            host: row.stopped.host,
            deliveredAt: row.stopped.stopDeliveredAt,
            stopReport: row.stopped.stopReport,
            removalReport: row.stopped.removalReport,
            confirmedAt: row.stopped.confirmedAt,
          },
    ),
  };
}

const OWN_POSITION = sql<
  string | null
>`case when ${jobs.queueKey} is not null then queue_position(${jobs.queueKey}) end`;

/** One job, position and receipt of one snapshot; null where no job has the id. */
export async function findJobView(db: Database, id: string): Promise<JobView | null> {
  const [row] = await selectViews(db, OWN_POSITION).where(eq(jobs.id, id));
  return row === undefined ? null : viewFromRow(row);
}

/** One job that this transaction made or locked: it cannot be missing. */
export async function getLockedJobView(tx: Database, id: string): Promise<JobView> {
  const view = await findJobView(tx, id);
  if (view === null) throw new Error(`job ${id} vanished within the transaction that holds it`);
  return view;
}

/** From so many jobs on the queue is counted once for all, not once for each: thousands that change at once cost one pass over jobs_queue. */
const MANY = 8;
const PLACES = sql`(select queue_key, row_number() over (order by queue_key) as place from jobs where queue_key is not null) places`;

/** The jobs of these ids, in no order. */
export async function findJobViews(
  db: Database,
  ids: readonly string[],
): Promise<readonly JobView[]> {
  if (ids.length === 0) return [];
  const named = inArray(jobs.id, [...ids]);
  if (ids.length < MANY) return (await selectViews(db, OWN_POSITION).where(named)).map(viewFromRow);
  const views = selectViews(db, sql<string | null>`places.place`).leftJoin(
    PLACES,
    sql`places.queue_key = ${jobs.queueKey}`,
  );
  return (await views.where(named)).map(viewFromRow);
}

/** Where a page goes on: behind this job of that part of the list. Numbers as text, instants in epoch milliseconds. */
export type ListPlace = {
  readonly part: 'running' | 'queued' | 'ended';
  readonly key: string;
  readonly id: string;
};

/** Jobs that a worker holds, the longest running first, by jobs_leased. */
export async function listRunning(
  db: Database,
  status: Job['status'] | null,
  after: ListPlace | null,
  limit: number,
): Promise<readonly JobView[]> {
  const where = and(
    isNotNull(jobs.leaseExpiresAt),
    status === null ? undefined : eq(jobs.status, status),
    after === null
      ? undefined
      : sql`(${jobs.startedAt}, ${jobs.id}) > (to_timestamp(${after.key}::numeric / 1000), ${after.id}::uuid)`,
  );
  return (
    await selectViews(db, sql`null`)
      .where(where)
      .orderBy(asc(jobs.startedAt), asc(jobs.id))
      .limit(limit)
  ).map(viewFromRow);
}

/** Jobs that wait, in queue order, by jobs_queue. The page has no holes, so one count gives every position. */
export async function listQueued(
  db: Database,
  after: ListPlace | null,
  limit: number,
): Promise<readonly JobView[]> {
  const first = after === null ? sql`` : sql`and first.queue_key > ${after.key}::bigint`;
  const position = sql<string>`(select queue_position(min(first.queue_key)) from jobs first where first.queue_key is not null ${first}) + row_number() over (order by ${jobs.queueKey}) - 1`;
  const where = and(
    isNotNull(jobs.queueKey),
    after === null ? undefined : sql`${jobs.queueKey} > ${after.key}::bigint`,
  );
  return (
    await selectViews(db, position).where(where).orderBy(asc(jobs.queueKey)).limit(limit)
  ).map(viewFromRow);
}

/** Jobs that are over, the newest end first, by jobs_ended. */
export async function listEnded(
  db: Database,
  status: Job['status'] | null,
  after: ListPlace | null,
  limit: number,
): Promise<readonly JobView[]> {
  const where = and(
    isNotNull(jobs.endedAt),
    status === null ? undefined : eq(jobs.status, status),
    after === null
      ? undefined
      : sql`(${jobs.endedAt} < to_timestamp(${after.key}::numeric / 1000) or (${jobs.endedAt} = to_timestamp(${after.key}::numeric / 1000) and ${jobs.id} > ${after.id}::uuid))`,
  );
  return (
    await selectViews(db, sql`null`)
      .where(where)
      .orderBy(desc(jobs.endedAt), asc(jobs.id))
      .limit(limit)
  ).map(viewFromRow);
}

export type JobCounts = {
  readonly rendering: number;
  readonly cancelling: number;
  readonly queued: number;
  readonly unconfirmed: number;
};

/** How many jobs run, stop, wait, and were given up without proof. By the partial indexes. */
export async function countJobs(db: Database): Promise<JobCounts> {
  const [row] = await db.execute<Record<keyof JobCounts, string>>(sql`
    select (select count(*) from jobs where lease_expires_at is not null and status = ${TRANSITIONS.requestStop.from}) as rendering,
      (select count(*) from jobs where lease_expires_at is not null and status = ${TRANSITIONS.requestStop.to}) as cancelling,
      (select count(*) from jobs where queue_key is not null) as queued,
      (select count(*) from attempts a join jobs j on j.stop_attempt_id = a.id where a.confirmed_at is null and j.status = ${TRANSITIONS.hostLost.to}) as unconfirmed`);
  return {
    rendering: Number(row?.rendering),
    cancelling: Number(row?.cancelling),
    queued: Number(row?.queued),
    unconfirmed: Number(row?.unconfirmed),
  };
}
