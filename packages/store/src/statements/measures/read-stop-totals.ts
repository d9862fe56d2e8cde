import { type CancelOutcome, PROOF_LIMIT_MS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { FACTS, unmeasuredAttempts } from './measured-facts.ts';

/**
 * A histogram: how many times were within each bound, how many there were in total, and their sum.
 */
export type Times = {
  readonly atMost: readonly number[];
  readonly count: number;
  readonly sumMs: number;
};
export type StopTotals = {
  readonly outcomes: Readonly<Record<CancelOutcome, number>>;
  /** Stops after PROOF_LIMIT_MS of which something may still run, and no admin declared an end. */
  readonly late: number;
  /** From the request to the proof of every attempt, by the clock of the database. */
  readonly askToProof: Times;
  /**
   * From the first step of the host to end the processes until its proof, by the clock of the host.
   */
  readonly timeToDead: Times;
  readonly timeToClean: Times;
};

type OutcomeRow = { outcome: CancelOutcome; count: number; late: number };
type TimeRow = { name: string; atMostMs: number; count: number; sumMs: number };

/**
 * Rows: reads every job with a stop request, by jobs_stop_requested, and all attempts without a
 * proof, by attempts_unconfirmed. The outcomes are those of jobs that are still stored. The times
 * are those of all stops ever: from the measures, and from facts that are not measured yet.
 * `boundsMs` must be among MEASURE_BOUNDS_MS.
 */
export async function readStopTotals(
  db: Database,
  boundsMs: readonly number[],
): Promise<StopTotals> {
  const [{ outcomes, late }, times] = await Promise.all([readOutcomes(db), readTimes(db)]);
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
    late,
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

async function readOutcomes(db: Database): Promise<Pick<StopTotals, 'outcomes' | 'late'>> {
  const rows = await db.execute<OutcomeRow>(sql`
    select outcome, count(*)::float8 as count, count(*) filter (
        where outcome in ('cancelling', 'unconfirmed') and stop_requested_at
          < clock_timestamp() - ${PROOF_LIMIT_MS} * interval '1 millisecond')::float8 as late
    from stops group by 1`);
  const totals = {
    cancelled: 0,
    cancelling: 0,
    finishedFirst: 0,
    unconfirmed: 0,
    declared: 0,
  } satisfies Record<CancelOutcome, number>;
  for (const { outcome, count } of rows) totals[outcome] = count;
  return { outcomes: totals, late: rows.reduce((sum, { late }) => sum + late, 0) };
}
