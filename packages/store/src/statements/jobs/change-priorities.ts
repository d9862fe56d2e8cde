import { type Job, queueKey } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { notifyIdleHosts, WAITS_PAYLOAD } from '../../queue-payload.ts';

/** A locked job that waits, before and after the change. */
export type PriorityMove = { readonly before: Job; readonly after: Job; readonly actor: string };

const COLUMNS = sql.raw(`
  (id uuid, old_version int, version int, priority smallint, key_before bigint, actor text,
    facts jsonb)`);

const change = (moves: SQL, theirJobs = sql``) =>
  prepare(
    () => sql`
      with moves as (select * from ${moves} as move ${COLUMNS}), job as (
        update jobs set priority = moves.priority, version = moves.version
        from moves
        where jobs.id = moves.id and jobs.version = moves.old_version ${theirJobs}
        returning jobs.id, jobs.version, jobs.status, jobs.queue_key, jobs.queue_seq, jobs.tags,
          moves.key_before, moves.actor, moves.facts
      ), line as (
        insert into job_changes
          (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
        select id, version, 'setPriority', status, status, actor, facts, key_before, queue_key
        from job
      )
      select ${notifyIdleHosts(WAITS_PAYLOAD, sql`array(select queue_seq from job)`)}
      from job`,
  );
/*
 * The planner expects a hundred rows of a record set, and would read all jobs of a queue of ten
 * thousand for them. For one record it expects one row, and for an array ten ids.
 */
const changeOne = change(sql`jsonb_to_record(${sql.placeholder('moves')}::jsonb)`);
const changeSeveral = change(
  sql`jsonb_to_recordset(${sql.placeholder('moves')}::jsonb)`,
  sql`and jobs.id = any (array(select id from moves))`,
);

/**
 * Rows: updates locked jobs and inserts a change line for each, in one statement. Fence: the
 * version that the caller read. Notifies idle hosts with the tags of each job, because a host that
 * looked for a job in the meantime has skipped these locked jobs. Returns how many jobs were saved.
 */
export async function changePriorities(
  tx: Database,
  moves: readonly PriorityMove[],
): Promise<number> {
  const rows = moves.map(({ before, after, actor }) => ({
    id: before.id,
    old_version: before.version,
    version: after.version,
    priority: after.priority,
    key_before: queueKey(before).toString(),
    actor,
    facts: { before: before.priority, after: after.priority },
  }));
  const [first] = rows;
  const saved =
    rows.length === 1
      ? changeOne(tx, { moves: JSON.stringify(first) })
      : changeSeveral(tx, { moves: JSON.stringify(rows) });
  return (await saved).length;
}
