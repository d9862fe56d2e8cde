import { queueKey } from '@renderdeck/domain';
import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobFromRow } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';
import { type StartRow, shiftOfStart } from './estimate-of.ts';
import { NO_HOST_OFFERS } from './job-view.ts';

const { placeholder } = sql;
const JOB_NOW = { job: jobs, at: sql<string>`clock_timestamp()` };
const read = prepareSelect(JOB_NOW, (select) =>
  select.from(jobs).where(eq(jobs.id, placeholder('id'))),
);
type Counts = {
  readonly before: string;
  readonly after: string;
  readonly queued: string;
  readonly startBefore: StartRow | null;
  readonly startAfter: StartRow | null;
  readonly noHostOffers: readonly string[] | null;
};
/** When the job moves down, the count still includes the job itself at its old place. */
const count = prepare<Counts>(
  () => sql`
    select before, after, queued, forecast_at(${placeholder('tags')}, before) as "startBefore",
      forecast_at(${placeholder('tags')}, after) as "startAfter",
      (select ${NO_HOST_OFFERS} from jobs where id = ${placeholder('id')}::uuid) as "noHostOffers"
    from (
      select queue_position(key) as before,
        queue_position(wanted) - case when wanted > key then 1 else 0 end as after,
        queue_length() as queued
      from (select ${placeholder('from')}::bigint as key, ${placeholder('to')}::bigint as wanted)
        as keys
      offset 0) places`,
);
const OTHER = { id: jobs.id, name: jobs.name, submittedBy: jobs.submittedBy };
/** The jobs between two places, in the given order of their keys. */
const between = (order: SQL) =>
  prepareSelect(OTHER, (select) =>
    select
      .from(jobs)
      .where(and(gt(jobs.queueKey, placeholder('low')), lt(jobs.queueKey, placeholder('high'))))
      .orderBy(order)
      .offset(placeholder('skip'))
      .limit(placeholder('limit')),
  );
const fromLeast = between(asc(jobs.queueKey));
const fromGreatest = between(desc(jobs.queueKey));

/**
 * Rows: reads one job, and the part of jobs_in_order between its place and the place that it would
 * get. Lock: none. Run it within inSnapshot, so that all numbers are of one moment. Returns null if
 * no job has the id.
 */
export async function previewPosition(
  tx: Database,
  id: string,
  priority: number,
  nearest: { readonly skip: number; readonly limit: number },
) {
  const [row] = await read(tx, { id });
  if (row === undefined) return null;
  const job = jobFromRow(row.job);
  const from = row.job.queueKey;
  if (from === null) return { job, at: new Date(row.at), place: null };
  const to = queueKey({ priority, queueSeq: job.queueSeq });
  const up = to < from;
  // A job that moves up overtakes the first of these jobs. A job that moves down is overtaken by
  // the last of them.
  const [low, high] = up ? [to, from] : [from, to];
  const ends = { low: low.toString(), high: high.toString() };
  const [[counts], near] = await Promise.all([
    count(tx, { from: from.toString(), to: to.toString(), tags: row.job.tags, id }),
    (up ? fromLeast : fromGreatest)(tx, { ...ends, ...nearest }),
  ]);
  const before = Number(counts?.before);
  const after = Number(counts?.after);
  const moved = near.map((other, index) => {
    const away = nearest.skip + index;
    const place = up ? after + away : after - away;
    return {
      ...other,
      position: up ? { before: place, after: place + 1 } : { before: place, after: place - 1 },
    };
  });
  const at = new Date(row.at);
  const hasHost = counts?.noHostOffers === null;
  const start = shiftOfStart(counts?.startBefore ?? null, counts?.startAfter ?? null, hasHost, at);
  return {
    job,
    at,
    place: {
      start,
      before,
      after,
      queued: Number(counts?.queued),
      movedCount: Math.abs(after - before),
      moved: up ? moved : moved.toReversed(),
    },
  };
}
