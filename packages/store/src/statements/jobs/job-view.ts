import { deriveCancelReceipt, type JobView } from '@renderdeck/domain';
import { aliasedTable, eq, type SQL } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { jobFromRow } from '../../rows.ts';
import { attempts, jobs } from '../../schema/index.ts';

const latest = aliasedTable(attempts, 'latest');
const stopped = aliasedTable(attempts, 'stopped');

/**
 * Rows: reads jobs with their latest attempt and the stopped one, by primary keys.
 * The caller adds which jobs, in what order, and how their positions are counted.
 */
export function selectJobViews(db: Database, position: SQL<string | null>) {
  return db
    .select({ job: jobs, latest, stopped, position })
    .from(jobs)
    .leftJoin(latest, eq(latest.id, jobs.attemptId))
    .leftJoin(stopped, eq(stopped.id, jobs.stopAttemptId));
}

export function jobViewFromRow(row: Awaited<ReturnType<typeof selectJobViews>>[number]): JobView {
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
