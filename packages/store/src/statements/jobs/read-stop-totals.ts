import { type CancelOutcome, TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
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

type TotalsRow = Omit<StopTotals, 'outcomes'> & Record<CancelOutcome, string>;

/**
 * Rows: reads every job with a stop request and the attempt to be stopped, by jobs_stop_requested,
 * and all attempts without a proof, by attempts_unconfirmed, and all attempts of these jobs, by
 * attempts_number. Counts the outcomes as the receipts show them (domain's cancel-receipt.ts), and
 * how long the proof, the host and the clean-up took where a process ran.
 */
export async function readStopTotals(
  db: Database,
  boundsMs: readonly number[],
): Promise<StopTotals> {
  const times = (what: string) => {
    const ms = sql.raw(what);
    const atMost = boundsMs.map((bound) => sql`count(*) filter (where ${ms} <= ${bound})`);
    return sql`json_build_object('atMost', json_build_array(${sql.join(atMost, sql`, `)}),
      'count', count(${ms}), 'sumMs', coalesce(sum(${ms}), 0))`;
  };
  const [row] = await db.execute<TotalsRow>(sql`
    with unproven as (
      select a.job_id, bool_or(${IS_OPEN}) as is_open,
        bool_or(a.declared_at is not null) as is_declared
      from attempts a where a.confirmed_at is null group by a.job_id
    ), stopped as (
      select j.status, coalesce(u.is_open, false) as is_open,
        coalesce(u.is_declared, false) as is_declared,
        case when a.id is not null and u.job_id is null then greatest(0, extract(epoch from (
          select max(confirmed_at) from attempts all_of where all_of.job_id = j.id
        ) - j.stop_requested_at) * 1000)::float8 end as proof,
        (a.stop_report->>'timeToDeadMs')::float8 as dead,
        (a.removal_report->>'timeToCleanMs')::float8 as clean
      from jobs j left join attempts a on a.id = j.stop_attempt_id
        left join unproven u on u.job_id = j.id
      where j.stop_requested_at is not null
    )
    select count(*) filter (where status = ${TRANSITIONS.complete.to}) as "finishedFirst",
      count(*) filter (where status = ${TRANSITIONS.hostLost.to}
        and not is_open and not is_declared) as cancelled,
      count(*) filter (where status = ${TRANSITIONS.hostLost.to} and is_open) as unconfirmed,
      count(*) filter (where status = ${TRANSITIONS.hostLost.to}
        and not is_open and is_declared) as declared,
      count(*) filter (where status = ${TRANSITIONS.requestStop.to}) as cancelling,
      ${times('proof')} as "askToProof", ${times('dead')} as "timeToDead",
      ${times('clean')} as "timeToClean"
    from stopped`);
  if (row === undefined) throw new Error('the count of the cancels gave no row');
  const { askToProof, timeToDead, timeToClean, ...outcomes } = row;
  return {
    outcomes: {
      cancelled: Number(outcomes.cancelled),
      cancelling: Number(outcomes.cancelling),
      finishedFirst: Number(outcomes.finishedFirst),
      unconfirmed: Number(outcomes.unconfirmed),
      declared: Number(outcomes.declared),
    },
    askToProof,
    timeToDead,
    timeToClean,
  };
}
