import { behindPriority } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

export type SubmitPosition = {
  readonly position: number;
  /** The number of all jobs that wait. */
  readonly queued: number;
  readonly at: Date;
};

const count = prepare<{ position: string; queued: string; at: string }>(
  () => sql`
    select queue_position(${sql.placeholder('key')}::bigint) as position,
      queue_length() as queued, statement_timestamp()::text as at`,
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
  return { position: Number(row.position), queued: Number(row.queued), at: new Date(row.at) };
}
