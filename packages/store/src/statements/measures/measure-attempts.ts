import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { tryWorkLock } from '../../work-lock.ts';
import { FACTS, IS_DUE, MEASURED, unmeasuredAttempts } from './measured-facts.ts';
import { PACE_KEY } from './running-paces.ts';

const BATCH = 200;

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
    ), paces as (
      insert into render_paces as p (key, renders, mean_ms, at)
      select ${PACE_KEY}, count(*), avg(extract(epoch from due.ended_at - due.created_at) * 1000),
        max(due.ended_at)
      from due join job_definitions d on d.job_id = due.job_id
      where due.fresh & ${MEASURED.ended} <> 0 and due.outcome = 'completed' and not due.restored
      group by 1
      on conflict (key) do update set renders = p.renders + excluded.renders,
        mean_ms = round(p.mean_ms * 0.7 + excluded.mean_ms * 0.3),
        at = greatest(p.at, excluded.at)
    ), marked as (
      update attempts a set measured = due.known from due where a.id = due.id
      returning a.id
    )
    select count(*)::int as measured from marked`);
  return row?.measured ?? 0;
}
