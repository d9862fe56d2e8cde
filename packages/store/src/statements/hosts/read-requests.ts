import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { anyOf, prepare } from '../../prepared/prepare.ts';
import { type AskedStop, askedStop, type StopRow, stopOfJob } from '../jobs/find-stop-request.ts';

type Row = {
  readonly stops: readonly { readonly attemptId: string; readonly stop: StopRow }[];
  readonly jobWaits: boolean;
  readonly isCheckAsked: boolean;
};
export type Requests = Omit<Row, 'stops'> & {
  readonly stops: readonly (AskedStop & { readonly attemptId: string })[];
};

const read = prepare<Row>(
  () => sql`
    select exists (select from jobs where queue_key is not null) as "jobWaits",
      exists (select from render_hosts where worker_id = ${sql.placeholder('workerId')}
        and check_asked_at is not null) as "isCheckAsked",
      coalesce((
        select json_agg(json_build_object('attemptId', attempt_id, 'stop', ${stopOfJob})) from jobs
        where id = any (array(select job_id from attempts where id = ${anyOf('attemptIds')}))
          and attempt_id = ${anyOf('attemptIds')} and lease_expires_at is not null
          and stop_requested_at is not null
      ), '[]'::json) as stops`,
);

/**
 * Rows: reads what a daemon learns from notifications where it gets any: the stop requests for its
 * attempts, whether any job waits, and whether its host was asked for a check. Lock: none. Index:
 * the primary keys of attempts and jobs, and that of the queue.
 */
export async function readRequests(
  db: Database,
  { workerId, attemptIds }: { readonly workerId: string; readonly attemptIds: readonly string[] },
): Promise<Requests> {
  const [row] = await read(db, { workerId, attemptIds: `{${attemptIds.join()}}` });
  if (row === undefined) throw new Error('a read of requests gave no row');
  const { stops, ...rest } = row;
  return {
    ...rest,
    stops: stops.map(({ attemptId, stop }) => ({ attemptId, ...askedStop(stop) })),
  };
}
