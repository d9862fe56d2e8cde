import type { ErrorSpan } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** Samples that have not started after this time are forgotten. */
const KEEP_SAMPLES = sql.raw(`interval '3 days'`);

/** Rows: reads the spans of all bins, by primary key. */
export async function readErrorSpans(db: Database): Promise<ReadonlyMap<number, ErrorSpan>> {
  const rows = await db.execute<ErrorSpan & { readonly bin: number }>(
    sql`select bin, low, high from forecast_errors`,
  );
  return new Map(rows.map(({ bin, low, high }) => [bin, { low, high }]));
}

/** Rows: whether no sample was taken for this long, or the clock has jumped back. */
export async function areSamplesDue(db: Database, everyMs: number): Promise<boolean> {
  const [row] = await db.execute<{ due: boolean }>(sql`
    select not exists (select from forecast_samples
      where made_at > clock_timestamp() - ${everyMs} * interval '1 millisecond'
        and made_at <= clock_timestamp()) as due`);
  return row?.due === true;
}

export type StartedSample = {
  readonly saidS: number;
  readonly isFilling: boolean;
  readonly trueS: number;
};

/**
 * Rows: deletes the samples whose jobs have started, with the start of their next attempt, by
 * attempts_number, and those whose jobs have ended without a start or do not start.
 */
export async function takeStartedSamples(tx: Database): Promise<readonly StartedSample[]> {
  return await tx.execute<StartedSample>(sql`
    with found as materialized (
      select s.job_id, s.made_at, started.at,
        j.id is null or j.ended_at is not null or
          s.made_at not between clock_timestamp() - ${KEEP_SAMPLES} and clock_timestamp() as is_over
      from forecast_samples s left join jobs j on j.id = s.job_id left join lateral (
        select min(created_at) as at from attempts a
        where a.job_id = s.job_id and a.created_at > s.made_at) started on true
    ), taken as (
      delete from forecast_samples s using found f
      where s.job_id = f.job_id and s.made_at = f.made_at and (f.at is not null or f.is_over)
      returning s.said_s, s.filling, f.at, f.made_at
    )
    select said_s as "saidS", filling as "isFilling",
      extract(epoch from at - made_at)::float8 as "trueS"
    from taken where at is not null`);
}

/** Rows: reads the kept errors of a bin, by primary key. */
export async function readErrors(db: Database, bin: number): Promise<readonly number[]> {
  const [row] = await db.execute<{ errors: readonly number[] }>(
    sql`select to_json(errors) as errors from forecast_errors where bin = ${bin}`,
  );
  return row?.errors ?? [];
}

/** Rows: replaces the errors of a bin and their span, by primary key. */
export async function saveErrors(
  tx: Database,
  bin: number,
  errors: readonly number[],
  { low, high }: ErrorSpan,
): Promise<void> {
  const given = `{${errors.join()}}`;
  await tx.execute(sql`
    insert into forecast_errors (bin, errors, low, high)
    values (${bin}, ${given}::real[], ${low}, ${high})
    on conflict (bin) do update set errors = excluded.errors, low = excluded.low,
      high = excluded.high`);
}

/** The place in the queue of a job that is this far behind the start of a block. */
export type SamplePlace = {
  readonly block: number;
  readonly skip: number;
  readonly place: number;
};

/**
 * Rows: keeps the forecasts of the jobs with these ids, and of the jobs at these places of the
 * queue, by jobs_in_order and queue_forecasts. What is not known is not kept.
 */
export async function saveSamples(
  tx: Database,
  { at: madeAt, isFilling }: { readonly at: Date; readonly isFilling: boolean },
  given: {
    readonly ids: readonly { readonly id: string; readonly place: number }[];
    readonly places: readonly SamplePlace[];
  },
): Promise<void> {
  await tx.execute(sql`
    insert into forecast_samples (job_id, made_at, said_s, filling)
    select id, ${madeAt.toISOString()}::timestamptz, round(said)::int, ${isFilling}
    from (
      select jobs.id, tags, place
      from jsonb_to_recordset(${JSON.stringify(given.ids)}::jsonb) as row (id uuid, place int)
        join jobs on jobs.id = row.id and queue_key is not null
      union all select job.id, tags, place
      from jsonb_to_recordset(${JSON.stringify(given.places)}::jsonb)
        as row (block bigint, skip int, place int)
      cross join lateral (
        select id, tags from jobs where queue_key >= block << 10 and queue_key < (block + 1) << 10
        order by queue_key offset skip limit 1) job
    ) samples cross join lateral (
      select (forecast_at(tags, place)->>'saidS')::float8 as said) forecast
    where said is not null
    on conflict do nothing`);
}
