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
  readonly timeToDead: Times;
  readonly timeToClean: Times;
};

/**
 * Rows: reads every job with a stop request and the attempt to be stopped, by jobs_stop_requested,
 * and all attempts without a proof, by attempts_unconfirmed. Counts the outcomes as the receipts
 * show them (domain's cancel-receipt.ts), and how long the proof and the clean-up took where a
 * process ran.
 */
export async function readStopTotals(
  db: Database,
  boundsMs: readonly number[],
): Promise<StopTotals> {
  const atMost = (what: string) =>
    sql`array[${sql.join(
      boundsMs.map((bound) => sql`count(*) filter (where ${sql.raw(what)} <= ${bound})`),
      sql`, `,
    )}]::text`;
  const [row] = await db.execute<Record<string, string | number | null>>(sql`
    with unproven as (
      select a.job_id, bool_or(${IS_OPEN}) as is_open,
        bool_or(a.declared_at is not null) as is_declared
      from attempts a where a.confirmed_at is null group by a.job_id
    ), stopped as (
      select j.status, coalesce(u.is_open, false) as is_open,
        coalesce(u.is_declared, false) as is_declared,
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
      ${atMost('dead')} as "deadAtMost",
      count(dead) as dead, coalesce(sum(dead), 0) as "deadMs",
      ${atMost('clean')} as "cleanAtMost",
      count(clean) as clean, coalesce(sum(clean), 0) as "cleanMs"
    from stopped`);
  const number = (name: string) => Number(row?.[name] ?? 0);
  const numbers = (name: string) =>
    String(row?.[name] ?? '')
      .match(/\d+/g)
      ?.map(Number) ?? [];
  return {
    outcomes: {
      cancelled: number('cancelled'),
      cancelling: number('cancelling'),
      finishedFirst: number('finishedFirst'),
      unconfirmed: number('unconfirmed'),
      declared: number('declared'),
    },
    timeToDead: { atMost: numbers('deadAtMost'), count: number('dead'), sumMs: number('deadMs') },
    timeToClean: {
      atMost: numbers('cleanAtMost'),
      count: number('clean'),
      sumMs: number('cleanMs'),
    },
  };
}
