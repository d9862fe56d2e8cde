import type { StopRequest } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

/** A stop request, and its age in ms by the database's clock. */
export type AskedStop = {
  readonly request: StopRequest;
  readonly askedMsAgo: number;
  /** An admin has asked again: the grace period ends at once. */
  readonly isRepeated: boolean;
  /** The traceparent of the request; null if it was not traced. */
  readonly trace: string | null;
};
export type StopRow = Omit<StopRequest, 'at'> & {
  readonly at: number;
  readonly askedMsAgo: number;
  readonly isRepeated: boolean;
  readonly trace: string | null;
};

/** The stop request of a row of `jobs` as JSON (StopRow); null if there is none. */
export const stopOfJob: SQL = sql`case when stop_requested_at is not null then json_build_object(
  'by', stop_requested_by, 'at', extract(epoch from stop_requested_at) * 1000,
  'channel', stop_channel, 'reason', stop_reason, 'trace', stop_trace, 'askedMsAgo',
  (extract(epoch from clock_timestamp() - stop_requested_at) * 1000)::float8, 'isRepeated',
  coalesce((select stop_repeated from attempts where id = jobs.attempt_id), false)) end`;

export function askedStop({ at, askedMsAgo, isRepeated, trace, ...request }: StopRow): AskedStop {
  return { request: { ...request, at: new Date(at) }, askedMsAgo, isRepeated, trace };
}

const find = prepare<{ stop: StopRow | null }>(
  () => sql`select ${stopOfJob} as stop from jobs
    where id = ${sql.placeholder('jobId')} and attempt_id = ${sql.placeholder('attemptId')}
      and lease_expires_at is not null`,
);

/**
 * Rows: reads one job and its attempt, by primary keys. Fence: the attempt still holds the job.
 * Null if there is no stop request.
 */
export async function findStopRequest(
  db: Database,
  jobId: string,
  attemptId: string,
): Promise<AskedStop | null> {
  const [row] = await find(db, { jobId, attemptId });
  return row === undefined || row.stop === null ? null : askedStop(row.stop);
}
