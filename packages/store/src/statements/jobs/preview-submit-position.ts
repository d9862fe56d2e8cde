import { behindPriority } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { type StartEstimate, type StartRow, startEstimateOf } from './estimate-of.ts';

export type SubmitPosition = {
  readonly position: number;
  /** The number of all jobs that wait. */
  readonly queued: number;
  /** The start of such a job without tags. */
  readonly start: StartEstimate;
  readonly at: Date;
};

type Row = { position: string; queued: string; at: string; start: StartRow | null };
const count = prepare<Row>(
  () => sql`
    select position, queue_length() as queued, forecast_at('', position) as start,
      statement_timestamp()::text as at
    from (select queue_position(${sql.placeholder('key')}::bigint) as position offset 0) place`,
);

/**
 * Rows: counts the queued jobs, and those before a new job of this priority, by queue_counts. Lock:
 * none. Both counts and their time are of this one statement's snapshot.
 */
export async function previewSubmitPosition(
  db: Database,
  priority: number,
): Promise<SubmitPosition> {
  const [row] = await count(db, { key: behindPriority(priority).toString() });
  if (row === undefined) throw new Error('the count of the queue returned no row');
  const at = new Date(row.at);
  const start = startEstimateOf(row.start, true, at);
  return { position: Number(row.position), queued: Number(row.queued), start, at };
}
