import { queueKey } from '@renderdeck/domain';
import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { jobs } from '../../schema/index.ts';

/**
 * Rows: reads one job and the part of jobs_queue between its place and the place it would get.
 * Lock: none. Run it within inSnapshot, so that all numbers are of one moment.
 * Returns null where the job is unknown.
 */
export async function previewPosition(tx: Database, id: string, priority: number, nearest: number) {
  const [row] = await tx
    .select({ job: jobs, at: sql<string>`clock_timestamp()` })
    .from(jobs)
    .where(eq(jobs.id, id));
  if (row === undefined) return null;
  const job = jobFromRow(row.job);
  const from = row.job.queueKey;
  if (from === null) return { job, at: new Date(row.at), place: null };
  const to = queueKey({ priority, queueSeq: job.queueSeq });
  const up = to < from;
  const [low, high] = up ? [to, from] : [from, to];
  const between = and(gt(jobs.queueKey, low), lt(jobs.queueKey, high));
  const [counts] = await tx
    .select({
      before: sql<string>`queue_position(${from.toString()}::bigint)`,
      after: sql<string>`queue_position(${to.toString()}::bigint)`,
      queued: sql<string>`(select count(*) from jobs where queue_key is not null)`,
      moved: sql<string>`(
        select count(*) from jobs
        where queue_key > ${low.toString()}::bigint and queue_key < ${high.toString()}::bigint)`,
    })
    .from(sql`(select 1) as once`);
  // Moving up, the job overtakes the first of these; moving down, the last of these overtake it.
  const near = await tx
    .select({ id: jobs.id, name: jobs.name, submittedBy: jobs.submittedBy })
    .from(jobs)
    .where(between)
    .orderBy(up ? asc(jobs.queueKey) : desc(jobs.queueKey))
    .limit(nearest);
  const before = Number(counts?.before);
  // When the job moves down, the count still includes the job itself at its old place.
  const after = Number(counts?.after) - (up ? 0 : Number(to > from));
  const moved = near.map((other, index) => {
    const place = up ? after + index : after - index;
    return {
      ...other,
      position: up ? { before: place, after: place + 1 } : { before: place, after: place - 1 },
    };
  });
  return {
    job,
    at: new Date(row.at),
    place: {
      before,
      after,
      queued: Number(counts?.queued),
      movedCount: Number(counts?.moved),
      moved: up ? moved : moved.reverse(),
    },
  };
}
