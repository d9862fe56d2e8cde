import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * How often an API process saves that it is up. After three times this time without a save, its run
 * has ended.
 */
export const BEAT_EVERY_MS = 10_000;
const MISSED_MS = 3 * BEAT_EVERY_MS;

/**
 * Rows: updates this process's run, by primary key. Inserts a new run if there is none, or if the
 * last save was too long ago; then the time in between belongs to no run. Returns the id of the
 * run.
 */
export async function saveApiBeat(db: Database, run: bigint | null): Promise<bigint> {
  const [row] = await db.execute<{ id: string }>(sql`
    with known as (
      update api_runs set last_seen_at = clock_timestamp()
      where id = ${run} and ended_at is null
        and last_seen_at > clock_timestamp() - ${MISSED_MS} * interval '1 millisecond'
      returning id),
    begun as (
      insert into api_runs (started_at) select clock_timestamp()
      where not exists (select from known) returning id)
    select id from known union all select id from begun`);
  if (row === undefined) throw new Error('a run of the api was not saved');
  return BigInt(row.id);
}

/** Rows: ends the run of this process, by primary key. */
export async function endApiRun(db: Database, run: bigint): Promise<void> {
  await db.execute(sql`
    update api_runs set ended_at = clock_timestamp(), last_seen_at = clock_timestamp()
    where id = ${run}`);
}

export type AuditHole = {
  readonly from: Date;
  readonly to: Date;
  /**
   * True if every process had ended cleanly. False if no process was heard and the reason is
   * unknown.
   */
  readonly wasDown: boolean;
};

/**
 * Rows: reads the times between the runs of all API processes. Each begins at the last audit line
 * that was written before it, by audit_log_at. Order: newest first. Before the first run nothing is
 * known.
 */
export async function findAuditHoles(
  db: Database,
  range: { readonly from: Date | null; readonly to: Date | null },
  limit: number,
): Promise<readonly AuditHole[]> {
  const from = range.from?.toISOString() ?? '-infinity';
  const to = range.to?.toISOString() ?? 'infinity';
  const rows = await db.execute<{ since: string; until: string; was_down: boolean }>(sql`
    with runs as (
      select started_at, coalesce(ended_at, last_seen_at) as up_to,
        max(coalesce(ended_at, last_seen_at)) over (
          order by started_at, id rows between unbounded preceding and 1 preceding) as covered
      from api_runs),
    holes as (
      select greatest(covered, (select max(l.at) from audit_log l
          where l.at >= covered and l.at < started_at)) as since, started_at as until,
        exists (select from api_runs r where r.ended_at = covered)
          and not exists (select from api_runs r where r.ended_at is null
            and r.last_seen_at < u.started_at
            and r.last_seen_at > covered - ${MISSED_MS} * interval '1 millisecond') as was_down
      from runs u
      where started_at - covered >= interval '1 second'
        and started_at >= ${from}::timestamptz and covered <= ${to}::timestamptz)
    select since, until, was_down from holes
    where until - since >= case when was_down then interval '1 second'
      else ${MISSED_MS} * interval '1 millisecond' end
    order by until desc limit ${limit}`);
  return rows.map(({ since, until, was_down: wasDown }) => ({
    from: new Date(since),
    to: new Date(until),
    wasDown,
  }));
}
