import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { tryWorkLock } from '../../work-lock.ts';
import { paceKey } from '../jobs/pace-key.ts';
import { FACTS, IS_DUE, MEASURED, unmeasuredAttempts } from './measured-facts.ts';

const BATCH = 200;
/** The least weight of a render in the pace of its template. */
const LEAST_WEIGHT = sql.raw('1.0 / 50');

/**
 * Rows: adds the new facts of at most one batch of attempts to the measures and the paces, and
 * marks these facts on the attempts, in one statement, by attempts_unmeasured. So each fact counts
 * once, even if a process crashes; after a failover the marks of the attempts decide. Lock: its
 * work lock, without waiting for it, the attempts, without those that a worker is changing, and
 * their jobs, so that both are read as they are now. Returns how many attempts were measured; also
 * 0 if another process measures.
 */
export async function measureAttempts(tx: Database): Promise<number> {
  const unmeasured = unmeasuredAttempts(sql`
    and exists (select from mine) and ${IS_DUE} order by a.id limit ${BATCH}
    for no key update of a skip locked for key share of j skip locked`);
  const [row] = await tx.execute<{ measured: number }>(sql`
    with mine as materialized (select 1 where ${tryWorkLock('measures')}),
    due as materialized (${unmeasured}),
    facts as (${FACTS}),
    added as (
      insert into measures as m (name, hour, part, at_most_ms, count, sum_ms)
      select name, hour, part, at_most_ms, sum(count), sum(sum_ms) from facts group by 1, 2, 3, 4
      on conflict (name, hour, part, at_most_ms)
      do update set count = m.count + excluded.count, sum_ms = m.sum_ms + excluded.sum_ms
    ), took as (
      select key, ln(ms) as log, ms, due.ended_at
      from due join job_definitions d on d.job_id = due.job_id join jobs j on j.id = due.job_id
        cross join lateral (
          select greatest(1, extract(epoch from due.ended_at - due.created_at) * 1000)::float8 as ms
        ) duration cross join lateral (
          values (${paceKey('d.nexrender_job')}), (pace_key('submitter', j.submitted_by)),
            (pace_key('farm', ''))) keys (key)
      where due.fresh & ${MEASURED.ended} <> 0 and due.outcome = 'completed' and not due.restored
    ), paces as (
      insert into render_paces as p (key, renders, mean_ms, log_mean, log_var, at)
      select key, count(*), avg(ms), avg(log), var_pop(log), max(ended_at) from took group by 1
      on conflict (key) do update set (renders, mean_ms, log_mean, log_var, at) = (
        select p.renders + excluded.renders,
          round(p.mean_ms + weight * (excluded.mean_ms - p.mean_ms)),
          log_mean + weight * moved,
          (1 - weight) * (log_var + weight * moved * moved) + weight * excluded.log_var,
          greatest(p.at, excluded.at)
        from (select least(1, excluded.renders * greatest(
            1.0 / (p.renders + excluded.renders), ${LEAST_WEIGHT})) as weight,
          coalesce(p.log_mean, excluded.log_mean) as log_mean,
          coalesce(p.log_var, excluded.log_var) as log_var) known
          cross join lateral (select excluded.log_mean - known.log_mean as moved) change)
    ), marked as (
      update attempts a set measured = due.known from due where a.id = due.id
      returning a.id
    )
    select count(*)::int as measured from marked`);
  return row?.measured ?? 0;
}
