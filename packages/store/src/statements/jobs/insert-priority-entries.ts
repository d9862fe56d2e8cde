import type { AuditEntry } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import type { AuditedBy } from '../audit/insert-audit-entry.ts';

export type PriorityEntry = {
  readonly by: AuditedBy;
  readonly entry: AuditEntry;
  /** The queue key of the job is `after`, which this transaction may have just saved. */
  readonly keys: { readonly before: bigint; readonly after: bigint };
};
export type QueuePositions = {
  readonly before: number;
  readonly after: number;
  /** The moment of the count, by the database's clock. */
  readonly countedAt: Date;
};

const insert = prepare<{ place_before: string; place_after: string; counted_at: string }>(
  () => sql`
    with places as materialized (
      select entry.*, statement_timestamp()::text as counted_at,
        queue_position(key_before) - (key_after < key_before)::int as place_before,
        queue_position(key_after) as place_after
      from jsonb_to_recordset(${sql.placeholder('entries')}::jsonb) as entry
        (number int, key_before bigint, key_after bigint, actor_kind text, actor text, channel text,
          address text, request_id text, action text, outcome text, code text, job_id uuid,
          reason text, before jsonb, after jsonb)
    ), line as (
      insert into audit_log (actor_kind, actor, channel, address, request_id, action, outcome, code,
        job_id, reason, before, after)
      select actor_kind, actor, channel, address, request_id, action, outcome, code, job_id, reason,
        before || jsonb_build_object('position', place_before),
        after || jsonb_build_object('position', place_after)
      from places order by number
    )
    select place_before, place_after, counted_at from places order by number`,
);

/**
 * Rows: for each job, counts the other queued jobs before each of two places, by queue_counts, and
 * inserts an audit line with both positions; 1 runs next. All counts and their time are of this one
 * statement's snapshot. Order: that of the entries.
 */
export async function insertPriorityEntries(
  tx: Database,
  entries: readonly PriorityEntry[],
): Promise<readonly QueuePositions[]> {
  if (entries.length === 0) return [];
  const values = entries.map(({ by, entry, keys }, number) => ({
    number,
    key_before: keys.before.toString(),
    key_after: keys.after.toString(),
    actor_kind: by.actorKind,
    actor: by.actor,
    channel: by.channel,
    address: by.address,
    request_id: by.requestId,
    action: entry.action,
    outcome: entry.outcome,
    code: entry.code,
    job_id: entry.jobId,
    reason: entry.reason,
    before: entry.before,
    after: entry.after,
  }));
  const rows = await insert(tx, { entries: JSON.stringify(values) });
  return rows.map((row) => ({
    before: Number(row.place_before),
    after: Number(row.place_after),
    countedAt: new Date(row.counted_at),
  }));
}
