import type { Sql } from '@renderdeck/testing/open-sql';

const OUTCOMES = ['completed', 'failed', 'stopped', 'released', 'lost'];

/**
 * Inserts hosts `ae-01` and on, heard a moment ago, and attempts on each of them, one every
 * `everyMin` minutes back from now: mostly finished, some with each other end. The latest attempt
 * of the first host failed. `ae-02` has two slots, `ae-03` has a full disk, the last host signed
 * off two hours ago.
 */
export async function insertNight(
  sql: Sql,
  { hosts, perHost, everyMin }: { hosts: number; perHost: number; everyMin: number },
): Promise<void> {
  await sql`
    insert into render_hosts (name, worker_id, boot_id, pid, start_token, slots, version, platform,
      renderer, stand_in, container, lease_ms, last_heard_at, stopped_at, problem, free_bytes,
      cpu_cores, memory_bytes)
    select 'ae-' || lpad(n::text, 2, '0'), gen_random_uuid(), 'boot', 1, '1',
      case n when 2 then 2 else 1 end, '0.1.0', 'linux x64', 'aerender 25.0', false, 'cgroup',
      3600000, clock_timestamp() - case n when ${hosts} then interval '2 h' else '0' end,
      case n when ${hosts} then clock_timestamp() - interval '2 h' end,
      case n when 3 then 'Only 3100 MB are free on the disk of /scratch, less than ' ||
        'RENDERDECK_MIN_FREE_MB=20000; no job is taken.' end,
      case n when 3 then 3100000000 else 600000000000 - n * 20000000000 end, 24, 64000000000
    from generate_series(1, ${hosts}::int) n`;
  await sql`
    with made as (
      select gen_random_uuid() as job, gen_random_uuid() as attempt, h, n,
        'ae-' || lpad(h::text, 2, '0') as host, (${sql.array(OUTCOMES)}::text[])[
          case when h = 1 and n = 1 then 2 when (n * 7 + h) % 11 < 7 then 1
            else 1 + (n + h) % 5 end] as outcome,
        clock_timestamp() - n * ${everyMin} * interval '1 min'
          - case h when ${hosts} then interval '3 h' else interval '0' end as ended_at
      from generate_series(1, ${hosts}::int) h, generate_series(1, ${perHost}::int) n
    ), job as (
      insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at,
        ended_at, output)
      select job, 'night_' || h || '_' || n, 'COMPLETED', 'mira', 3, 1, ended_at, ended_at,
        'published' from made returning id
    )
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, created_at,
      ended_at, confirmed_at)
    select attempt, job, 1, host, gen_random_uuid(), 'marker', outcome,
      ended_at - ${everyMin} * interval '1 min' * case h when 2 then 1.6 else 0.9 end, ended_at,
      case when outcome <> 'lost' then ended_at end
    from made join job on job.id = made.job`;
}
