import { PLACED_JOBS, type RenderPace } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isRunningJob } from '../../schema/columns.ts';
import { tryWorkLock } from '../../work-lock.ts';
import { paceFromRow } from '../jobs/estimate-of.ts';

/** Jobs come in if one of the latest changes of jobs is a submission that is not older. */
const FILLING = sql.raw(`interval '15 minutes'`);
/** A forecast is made if the last one is older, whichever process made that one. */
const MAKE_AFTER = sql.raw(`interval '3500 milliseconds'`);

/** A pace as text, because it needs 64 bits; null in rows of older versions. */
export type PaceNumber = string | null;
export type HeldSlot = {
  readonly host: string;
  readonly pace: PaceNumber;
  readonly elapsedMs: number;
  /** The time left by the frames; null if they do not tell it. */
  readonly leftMs: number | null;
  readonly isStopping: boolean;
};
export type FarmNow = {
  readonly at: Date;
  /** Whether a job was submitted in the last minutes. */
  readonly isFilling: boolean;
  /** The hosts that take jobs. */
  readonly hosts: readonly {
    readonly name: string;
    readonly slots: number;
    readonly tags: readonly string[];
  }[];
  readonly held: readonly HeldSlot[];
  /** The first jobs of the queue. */
  readonly first: readonly {
    readonly id: string;
    readonly key: string;
    readonly tags: string;
    readonly pace: PaceNumber;
  }[];
};
type Row = { readonly [Name in Exclude<keyof FarmNow, 'at'>]: FarmNow[Name] | null } & {
  readonly atMs: number;
};

/**
 * Rows: reads the hosts that take jobs, the jobs that hold a slot, by jobs_running, and the first
 * jobs of the queue, by jobs_in_order. Lock: the work lock of estimates until the transaction ends.
 * It never waits. Null if another process has the lock, or if the forecast is new enough.
 */
export async function readFarmNow(tx: Database): Promise<FarmNow | null> {
  const [row] = await tx.execute<Row>(sql`
    with mine as materialized (select 1 where ${tryWorkLock('estimates')}),
    due as materialized (select 1 from mine where not exists (
      select from queue_forecasts where made_at > clock_timestamp() - ${MAKE_AFTER}
        and made_at <= clock_timestamp()))
    select extract(epoch from clock_timestamp())::float8 * 1000 as "atMs",
      (select json_agg(json_build_object('name', name, 'slots', slots, 'tags', tags))
        from render_hosts
        where stopped_at is null and gone_at is null and problem is null and not draining
          and drained_at is null
          and clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond') as hosts,
      (select json_agg(json_build_object('host', j.host, 'pace', j.pace::text,
          'elapsedMs', extract(epoch from clock_timestamp() - a.created_at) * 1000,
          'leftMs', extract(epoch from a.expected_end_at - clock_timestamp()) * 1000,
          'isStopping', j.stop_requested_at is not null))
        from jobs j cross join lateral (
          select created_at, expected_end_at from attempts where id = j.attempt_id limit 1) a
        where ${isRunningJob('j')}) as held,
      (select json_agg(json_build_object('id', id, 'key', queue_key::text, 'tags', tags,
          'pace', pace::text) order by queue_key)
        from (select id, queue_key, tags, pace from jobs where queue_key is not null
          order by queue_key limit ${sql.raw(String(PLACED_JOBS))}) placed) as first,
      (select bool_or(version = 1 and q_to is not null and at > clock_timestamp() - ${FILLING})
        from (select version, q_to, at from job_changes order by id desc limit 500) latest)
        as "isFilling"
    from due`);
  if (row === undefined) return null;
  const { atMs, isFilling, hosts, held, first } = row;
  const lists = { hosts: hosts ?? [], held: held ?? [], first: first ?? [] };
  return { at: new Date(atMs), isFilling: isFilling === true, ...lists };
}

type PaceRow = {
  readonly pace: string;
  readonly renders: number;
  readonly meanMs: number;
  readonly logMean: number | null;
  readonly logVar: number | null;
};

/**
 * Rows: reads these paces, by render_paces_pace, and the pace of all renders of the farm, by
 * primary key; that one has the key null.
 */
export async function readPaces(
  db: Database,
  paces: readonly string[],
): Promise<ReadonlyMap<PaceNumber, RenderPace>> {
  const columns = sql`renders, mean_ms::float8 as "meanMs", log_mean as "logMean",
    log_var as "logVar"`;
  const rows = await db.execute<Omit<PaceRow, 'pace'> & { readonly pace: PaceNumber }>(sql`
    select pace_number(key)::text as pace, ${columns} from render_paces
    where pace_number(key) = any (${`{${paces.join()}}`}::bigint[])
    union all select null, ${columns} from render_paces where key = pace_key('farm', '')`);
  return new Map(rows.map(({ pace, ...row }) => [pace, paceFromRow(row)]));
}
