import { MEASURE_BOUNDS_MS, PROOF_LIMIT_MS } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { isRunningJob } from '../../schema/columns.ts';

/**
 * The bits of attempts.measured: which facts of an attempt the measures contain. `all`: every fact
 * is measured and no further fact can come. attempts_unmeasured contains all other attempts.
 */
export const MEASURED = {
  waiting: 1,
  ended: 2,
  asked: 4,
  timeToDead: 8,
  timeToClean: 16,
  proven: 32,
  all: 64,
} as const;

const bit = (name: keyof typeof MEASURED) => sql.raw(String(MEASURED[name]));
/** The bits as SQL text, because a parameter would be sent as text. */
const BIT = {
  waiting: bit('waiting'),
  ended: bit('ended'),
  asked: bit('asked'),
  timeToDead: bit('timeToDead'),
  timeToClean: bit('timeToClean'),
  proven: bit('proven'),
  all: bit('all'),
};

/** After this time a stop without a proof counts as not proven, as on the page. */
const PROOF_LIMIT = sql.raw(`interval '${PROOF_LIMIT_MS} milliseconds'`);
const BOUNDS = sql.raw(`array[${MEASURE_BOUNDS_MS.join(',')}]::bigint[]`);
const LAST = sql.raw(String(Number.MAX_SAFE_INTEGER));

/**
 * The stop for which the attempt `a` of the job `j` was asked to stop. `offset 0`: it is read once
 * for each attempt, although several conditions need it.
 */
const ASKED_STOP = sql.raw(`(
  select s.is_proven, s.proven_at from stops s
  where s.job_id = j.id and j.stop_attempt_id = a.id offset 0)`);

/** The facts known now of an attempt `a` of a job `j` with the `stop`, as bits. */
const BITS = sql`(${BIT.waiting}
  | case when a.outcome is not null then ${BIT.ended} else 0 end
  | case when j.stop_attempt_id = a.id then ${BIT.asked}
      | case when a.stop_report->>'timeToDeadMs' is not null
          then ${BIT.timeToDead} else 0 end
      | case when a.removal_report is not null then ${BIT.timeToClean} else 0 end
      | case when stop.is_proven then ${BIT.proven} else 0 end
    else 0 end)`;

/** These bits, with `all` if no further fact can come: a proven attempt gets no stop request. */
const KNOWN = sql`(${BITS} | case when a.outcome is not null and a.confirmed_at is not null
    and (j.stop_attempt_id is distinct from a.id
      or (a.removal_report is not null and stop.is_proven))
  then ${BIT.all} else 0 end)`;

/**
 * True for an attempt `a` of a job `j` that has a fact which is not measured, or that just became
 * complete.
 */
export const IS_DUE = sql`(${KNOWN} <> a.measured)`;

/**
 * Attempts that are not completely measured, by attempts_unmeasured. `known`: the facts that are
 * known. `fresh`: those of them that are not measured yet. The caller adds conditions, a lock and a
 * limit.
 */
export function unmeasuredAttempts(end: SQL): SQL {
  return sql`
    select a.id, a.job_id, a.number, a.restored, a.host, a.outcome, a.created_at, a.ended_at,
      a.stop_report, a.removal_report, j.created_at as submitted_at, j.stop_requested_at,
      stop.proven_at, ${KNOWN} as known, ${BITS} & ~a.measured as fresh
    from attempts a join jobs j on j.id = a.job_id left join lateral ${ASKED_STOP} stop on true
    where a.measured < ${BIT.all} ${end}`;
}

/**
 * The facts that `due` (unmeasuredAttempts) adds to the measures, as rows of the measures: each
 * fact once. Times are by the database's clock; only the times to dead and to clean are by the
 * host's. A claim counts in its own hour, an end in its own hour, and everything of a stop in the
 * hour of its request.
 */
export const FACTS = sql`
  select name, date_trunc('hour', at, 'UTC') as hour, part,
    case when is_time then coalesce(
      (select min(bound) from unnest(${BOUNDS}) bound where bound >= ms), ${LAST})
      else 0 end as at_most_ms,
    case when name = 'busy' then 0 else 1 end as count, round(ms)::bigint as sum_ms
  from due cross join lateral (
    select ${BIT.waiting} as bit, 'waiting' as name, created_at as at, '' as part,
        true as is_time, extract(epoch from created_at - submitted_at) * 1000 as ms
      where number = 1 and not restored
    union all select ${BIT.ended}, 'ended', ended_at, outcome, false,
      extract(epoch from ended_at - created_at) * 1000
    union all select ${BIT.asked}, 'asked', stop_requested_at, '', false, 0
    union all select ${BIT.timeToDead}, 'timeToDead', stop_requested_at, '', true,
      (stop_report->>'timeToDeadMs')::numeric
    union all select ${BIT.timeToClean}, 'timeToClean', stop_requested_at, '', true,
      (removal_report->>'timeToCleanMs')::numeric
    union all select ${BIT.proven}, 'proven', stop_requested_at, '', true,
      greatest(0, extract(epoch from proven_at - stop_requested_at) * 1000)
    union all select ${BIT.ended}, 'busy', part_of.hour, host, false,
      extract(epoch from least(part_of.hour + interval '1 hour', ended_at)
        - greatest(part_of.hour, created_at)) * 1000
      from generate_series(date_trunc('hour', created_at, 'UTC'), ended_at, interval '1 hour')
        as part_of (hour)
  ) fact where fresh & bit <> 0 and ms is not null`;

/** The past time of the running attempts, and the stops whose proof may still come in time. */
export const FACTS_OF_NOW = sql`
  select 'busy' as name, part_of.hour, a.host as part, 0 as at_most_ms, 0 as count,
    round(extract(epoch from least(part_of.hour + interval '1 hour', clock_timestamp())
      - greatest(part_of.hour, a.created_at)) * 1000)::bigint as sum_ms
  from jobs j join attempts a on a.id = j.attempt_id and a.outcome is null
    cross join lateral generate_series(
      date_trunc('hour', a.created_at, 'UTC'), clock_timestamp(), interval '1 hour')
      as part_of (hour)
  where ${isRunningJob('j')}
  union all
  select 'unproven', date_trunc('hour', stop_requested_at, 'UTC'), '', 0, 1, 0
  from due where known & ${BIT.asked} <> 0 and known & ${BIT.proven} = 0
    and stop_requested_at > clock_timestamp() - ${PROOF_LIMIT}`;
