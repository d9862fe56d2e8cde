import { randomUUID } from 'node:crypto';
import type { Sql } from '@renderdeck/testing/open-sql';

/** Host that was heard a moment ago, and one that was not heard for an hour. */
const HEARD = 'ae-05';
const LOST = 'ae-03';

/**
 * Inserts jobs in every status that the farm's worker does not show at once: Starting,
 * Unknown, Stopping, Not proven, Finished and Failed.
 */
export async function insertStatuses(sql: Sql): Promise<void> {
  await insertHost(sql, HEARD, '0 seconds');
  for (const [name, host, progress] of [
    ['being_started', HEARD, 0],
    ['on_a_silent_host', LOST, 42],
    ['being_stopped', HEARD, 70],
    ['may_run_on', LOST, 31],
  ] as const) {
    await insertRunning(sql, name, host, progress);
  }
  await sql`
    update jobs set status = 'CANCELLING', stop_requested_at = clock_timestamp(),
      stop_requested_by = 'admin', stop_channel = 'trpc', stop_attempt_id = attempt_id
    where name in ('being_stopped', 'may_run_on')`;
  await sql`
    with lost as (
      update attempts set outcome = 'lost', ended_at = clock_timestamp()
      from jobs where jobs.attempt_id = attempts.id and jobs.name = 'may_run_on'
      returning attempts.job_id
    )
    update jobs set status = 'CANCELLED', ended_at = clock_timestamp(), lease_expires_at = null
    from lost where jobs.id = lost.job_id`;
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, started_at, ended_at, failure,
      output)
    select gen_random_uuid(), name, status, 'mira', 3, clock_timestamp(), clock_timestamp(),
      failure, output
    from (values ('went_well', 'COMPLETED', null, 'published'),
        ('went_wrong', 'FAILED', 'No such composition.', 'none'))
      as ended (name, status, failure, output)`;
}

/** Inserts a host that the farm heard a moment ago, and that has no job. */
export async function insertHeardHost(sql: Sql): Promise<void> {
  await insertHost(sql, HEARD, '0 seconds');
}

/** Gives the same host a login of its own. */
export async function insertHostLogin(sql: Sql): Promise<void> {
  const login = `host_${HEARD}`;
  await sql`insert into host_logins (host, login) values (${HEARD}, ${login})`;
  await sql`update render_hosts set host_login = ${login} where name = ${HEARD}`;
}

/**
 * Says that 40 renders took about ten minutes each: renders of the template of every job, but for
 * one job, whose template was never rendered; they were submitted by this person.
 */
export async function insertPaces(
  sql: Sql,
  { submitter, newJob }: { readonly submitter: string; readonly newJob: string },
): Promise<void> {
  await sql`
    insert into render_paces (key, renders, mean_ms, log_mean, log_var, at)
    select key, 40, 600000, ln(600000), 0.04, now()
    from (values (pace_key('submitter', ${submitter})), (pace_key('farm', ''))) as keys (key)`;
  await sql`
    update jobs set pace = pace_number(pace_key('submitter', ${submitter}))
    where name <> ${newJob}`;
}

/** One dark point as WebP. */
const WEBP = 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA';

/** Gives the newest attempt of a job a picture, as if its host had made it. */
export async function insertPicture(sql: Sql, jobId: string): Promise<void> {
  await sql`
    delete from job_pictures using jobs
    where jobs.id = ${jobId} and job_pictures.attempt_id = jobs.attempt_id`;
  await sql`
    insert into job_pictures (attempt_id, slot, number, frame, width, height, picture, small)
    select attempt_id, 1, 1, 12, 1, 1, decode(${WEBP}, 'base64'), decode(${WEBP}, 'base64')
    from jobs where id = ${jobId}`;
}

/** A host that the farm heard last this long ago, such as `1 hour`. */
async function insertHost(sql: Sql, name: string, ago: string): Promise<void> {
  await sql`
    insert into render_hosts (name, worker_id, boot_id, pid, start_token, slots, version, platform,
      renderer, stand_in, container, lease_ms, last_heard_at)
    values (${name}, gen_random_uuid(), 'boot', 1, '1', 1, '0.1.0', 'linux x64', 'aerender 25.0',
      false, 'cgroup', 30000, clock_timestamp() - ${ago}::interval)
    on conflict (name) do update set last_heard_at = excluded.last_heard_at`;
}

async function insertRunning(
  sql: Sql,
  name: string,
  host: string,
  progress: number,
): Promise<void> {
  const [job, attempt] = [randomUUID(), randomUUID()];
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at,
      attempt_id, host, lease_expires_at, lease_ms)
    values (${job}, ${name}, 'RENDERING', 'mira', 3, 1, clock_timestamp(), ${attempt}, ${host},
      clock_timestamp() + interval '1 hour', 30000)`;
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, progress)
    values (${attempt}, ${job}, 1, ${host}, gen_random_uuid(), 'marker', ${progress})`;
}

/** Inserts a job that has ended, with a log of this many lines of 64 bytes. Returns its id. */
export async function insertLongLog(sql: Sql, lines: number): Promise<string> {
  const [job, attempt] = [randomUUID(), randomUUID()];
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at, ended_at,
      output)
    values (${job}, 'long_log', 'COMPLETED', 'mira', 3, 1, now(), now(), 'published')`;
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, ended_at,
      confirmed_at)
    values (${attempt}, ${job}, 1, 'render-01', gen_random_uuid(), 'x', 'completed', now(), now())`;
  await sql`
    insert into attempt_log (attempt_id, seq, stream, lines)
    select ${attempt}, n / 1000 + 1, 'aerender',
      jsonb_agg(rpad('PROGRESS: line ' || n, 63, '.') order by n)
    from generate_series(0, ${lines - 1}::int) n group by n / 1000`;
  return job;
}

/** Makes the queued job one that a host rendered, past the gate, until that host fell silent. */
export async function insertLostAttempt(sql: Sql, jobId: string): Promise<void> {
  await insertHost(sql, LOST, '1 hour');
  await sql`
    with attempt as (
      insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, ended_at,
        output)
      values (gen_random_uuid(), ${jobId}, 1, ${LOST}, gen_random_uuid(), 'marker', 'lost',
        clock_timestamp(), 'maybe')
      returning id
    )
    update jobs set attempts = 1, attempt_id = attempt.id, host = ${LOST} from attempt
    where jobs.id = ${jobId}`;
}
