import { type CancelOutcome, TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

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
 * Rows: reads every job with a stop request and the attempt to be stopped, by jobs_stop_requested.
 * Counts the outcomes as the receipts show them (domain's cancel-receipt.ts), and how long the
 * proof and the clean-up took where a process ran.
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
    with stopped as (
      select j.status, a.id as attempt, a.confirmed_at,
        (a.stop_report->>'timeToDeadMs')::float8 as dead,
        (a.removal_report->>'timeToCleanMs')::float8 as clean
      from jobs j left join attempts a on a.id = j.stop_attempt_id
      where j.stop_requested_at is not null
    )
    select count(*) filter (where status = ${TRANSITIONS.complete.to}) as "finishedFirst",
      count(*) filter (where status = ${TRANSITIONS.hostLost.to}
        and (attempt is null or confirmed_at is not null)) as cancelled,
      count(*) filter (where status = ${TRANSITIONS.hostLost.to}
        and attempt is not null and confirmed_at is null) as unconfirmed,
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
    },
    timeToDead: { atMost: numbers('deadAtMost'), count: number('dead'), sumMs: number('deadMs') },
    timeToClean: {
      atMost: numbers('cleanAtMost'),
      count: number('clean'),
      sumMs: number('cleanMs'),
    },
  };
}
