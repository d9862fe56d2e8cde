import { type AttemptOutcome, isKeptOff, type KeptOff } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { jobs } from '../../schema/index.ts';

/** Hosts that nobody declared gone and whose name nobody handed over. */
export const IS_KNOWN = sql.raw('h.gone_at is null and h.released_at is null');

const HOST_FAILED: AttemptOutcome = 'hostFailed';
/** The same condition as in the index attempts_host_failed. */
const IS_HOST_FAILED = sql.raw(`a.outcome = '${HOST_FAILED}'`);

/**
 * Whether the host with this id must not get a row of `jobs`: domain's isKeptOff as SQL. Rows:
 * reads how often the host gave the job back, by attempts_host_failed, and the row of the host. It
 * calls host_failures, which also counts attempts that the host's login cannot see, only for a job
 * that had an attempt.
 */
export function isKeptOffHost(hostId: SQL): SQL {
  return sql`(jobs.attempts > 0 and exists (
    select from host_failures(jobs.id, ${hostId}) given
    where given.times > 0 and given.last_at >= coalesce((
      select case when given.times > 1 then h.asked_check_held_at else h.check_held_at end
      from render_hosts h where h.host_id = ${hostId} order by h.started_at desc limit 1
    ), '-infinity')))`;
}

/** A known host offers the tags of a job and has not given it back. By attempts_host_failed. */
function couldTake(): SQL {
  return sql`${IS_KNOWN} and (${jobs.tags} = '' or h.tags @> string_to_array(${jobs.tags}, ','))
    and (${jobs.attempts} = 0 or not exists (select from attempts a
      where a.job_id = ${jobs.id} and a.host_id = h.host_id and ${IS_HOST_FAILED}))`;
}

/** The form in JSON: times are text. */
export type GivenBackRow = {
  readonly host: string;
  readonly times: number;
  readonly lastAt: string;
  readonly checkHeldAt: string | null;
  readonly askedCheckHeldAt: string | null;
  readonly why: string | null;
};

/**
 * How often each host gave back a job that waits, by attempts_host_failed, and why it last did, by
 * job_changes_job.
 */
export const GIVEN_BACK = sql<readonly GivenBackRow[] | null>`(
  select json_agg(json_build_object(
      'host', coalesce(h.name, given.host), 'times', times, 'lastAt', last_at,
      'checkHeldAt', h.check_held_at, 'askedCheckHeldAt', h.asked_check_held_at,
      'why', (select c.facts ->> 'why' from job_changes c
        where c.job_id = ${jobs.id} and c.event = 'requeue' and c.actor = given.host
        order by c.version desc limit 1))
    order by given.last_at)
  from (
    select a.host_id, max(a.host) as host, count(*) as times, max(a.ended_at) as last_at
    from attempts a
    where ${jobs.queueKey} is not null and a.job_id = ${jobs.id} and ${IS_HOST_FAILED}
    group by a.host_id
  ) given left join lateral (
    select name, check_held_at, asked_check_held_at from render_hosts
    where host_id = given.host_id order by started_at desc limit 1
  ) h on true)`;

/**
 * Whether a known host offers the tags of a job that waits and has not given it back. Null for a
 * job that no host gave back. By attempts_host_failed.
 */
export const HAS_OTHER_HOST = sql<boolean | null>`case
  when ${jobs.queueKey} is not null and exists (
    select from attempts a where a.job_id = ${jobs.id} and ${IS_HOST_FAILED})
  then exists (
    select from render_hosts h
    where ${IS_KNOWN} and (${jobs.tags} = '' or h.tags @> string_to_array(${jobs.tags}, ','))
      and not exists (select from attempts a
        where a.job_id = ${jobs.id} and a.host_id = h.host_id and ${IS_HOST_FAILED})) end`;

/**
 * The hosts that could take a job that waits, if all of them are drained; at most ten, by name. A
 * host that gave the job back could not. Null for any other job. The list stops at the first host
 * that is not drained.
 */
export const DRAINED_HOSTS = sql<readonly string[] | null>`case
  when ${jobs.queueKey} is not null
    and exists (select from render_hosts where drained_at is not null)
    and not exists (select from render_hosts h where h.drained_at is null and ${couldTake()})
  then (select json_agg(name) from (
    select h.name from render_hosts h where h.drained_at is not null and ${couldTake()}
    order by h.name limit 10) drained) end`;

/** The hosts that must not get the job now. */
export function keptOffFromRows(rows: readonly GivenBackRow[] | null): readonly KeptOff[] {
  const instant = (text: string | null) => (text === null ? null : new Date(text));
  return (rows ?? []).flatMap(({ host, times, why, lastAt, checkHeldAt, askedCheckHeldAt }) => {
    const held = {
      checkHeldAt: instant(checkHeldAt),
      askedCheckHeldAt: instant(askedCheckHeldAt),
    };
    return isKeptOff({ times, lastAt: new Date(lastAt), ...held }) ? [{ host, times, why }] : [];
  });
}
