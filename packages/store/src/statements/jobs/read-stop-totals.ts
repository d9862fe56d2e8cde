import { type CancelOutcome, TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { FACTS, unmeasuredAttempts } from '../measures/measured-facts.ts';
import { IS_OPEN } from './job-view.ts';

/** A histogram: how many took at most each bound, how many in all, and their sum. */
export type Times = {
  readonly atMost: readonly number[];
  readonly count: number;
  readonly sumMs: number;
};
export type StopTotals = {
  readonly outcomes: Readonly<Record<CancelOutcome, number>>;
  /** From the request to the proof of every attempt, by the clock of the database. */
  readonly askToProof: Times;
  /** From when the host began to end the processes to its proof, by the clock of the host. */
  readonly timeToDead: Times;
  readonly timeToClean: Times;
};

type OutcomesRow = Record<CancelOutcome, string>;
type TimeRow = { name: string; atMostMs: number; count: number; sumMs: number };

/**
 * Rows: reads every job with a stop request, by jobs_stop_requested, and all attempts without a
 * proof, by attempts_unconfirmed. Counts the outcomes of the jobs that are kept as the receipts
 * show them (domain's cancel-receipt.ts). The times are of all stops that ever were: of the
 * measures, and of what is not measured as yet. `boundsMs` are among MEASURE_BOUNDS_MS.
 */
export async function readStopTotals(
  db: Database,
  boundsMs: readonly number[],
): Promise<StopTotals> {
  const [outcomes, times] = await Promise.all([readOutcomes(db), readTimes(db)]);
  const timesOf = (name: string): Times => {
    const own = times.filter((time) => time.name === name);
    const sum = (rows: readonly TimeRow[], key: 'count' | 'sumMs') =>
      rows.reduce((total, row) => total + row[key], 0);
    return {
      atMost: boundsMs.map((bound) =>
        sum(
          own.filter(({ atMostMs }) => atMostMs <= bound),
          'count',
        ),
      ),
      count: sum(own, 'count'),
      sumMs: sum(own, 'sumMs'),
    };
  };
  return {
    outcomes,
    askToProof: timesOf('proven'),
    timeToDead: timesOf('timeToDead'),
    timeToClean: timesOf('timeToClean'),
  };
}

async function readTimes(db: Database): Promise<readonly TimeRow[]> {
  return await db.execute<TimeRow>(sql`
    with due as materialized (${unmeasuredAttempts(sql``)})
    select name, at_most_ms::float8 as "atMostMs", sum(count)::float8 as count,
      sum(sum_ms)::float8 as "sumMs"
    from (
      select name, hour, part, at_most_ms, count, sum_ms from measures
        where name in ('proven', 'timeToDead', 'timeToClean')
      union all select * from (${FACTS}) fresh where name in ('proven', 'timeToDead', 'timeToClean')
    ) facts group by 1, 2`);
}

async function readOutcomes(db: Database): Promise<StopTotals['outcomes']> {
  const [row] = await db.execute<OutcomesRow>(sql`
    with unproven as (
      select a.job_id, bool_or(${IS_OPEN}) as is_open,
        bool_or(a.declared_at is not null) as is_declared
      from attempts a where a.confirmed_at is null group by a.job_id
    ), stopped as (
      select j.status, coalesce(u.is_open, false) as is_open,
        coalesce(u.is_declared, false) as is_declared
      from jobs j left join unproven u on u.job_id = j.id
      where j.stop_requested_at is not null
    )
    select count(*) filter (where status = ${TRANSITIONS.complete.to}) as "finishedFirst",
      count(*) filter (where status = ${TRANSITIONS.hostLost.to}
        and not is_open and not is_declared) as cancelled,
      count(*) filter (where status = ${TRANSITIONS.hostLost.to} and is_open) as unconfirmed,
      count(*) filter (where status = ${TRANSITIONS.hostLost.to}
        and not is_open and is_declared) as declared,
      count(*) filter (where status = ${TRANSITIONS.requestStop.to}) as cancelling
    from stopped`);
  if (row === undefined) throw new Error('the count of the cancels gave no row');
  return {
    cancelled: Number(row.cancelled),
    cancelling: Number(row.cancelling),
    finishedFirst: Number(row.finishedFirst),
    unconfirmed: Number(row.unconfirmed),
    declared: Number(row.declared),
  };
}
