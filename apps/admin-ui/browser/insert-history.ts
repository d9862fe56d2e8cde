import type { Sql } from '@renderdeck/testing/open-sql';

/** Inserts the last day of a farm: ends and use by hour, the queue by minute, and failed jobs. */
export async function insertHistory(sql: Sql): Promise<void> {
  await sql`
    insert into measures (name, hour, part, at_most_ms, count, sum_ms)
    select name, date_trunc('hour', clock_timestamp(), 'UTC') - back * interval '1 hour', part,
      at_most, count, sum_ms
    from generate_series(1, 23) back cross join lateral (values
      ('ended', 'completed', 0, 10 + back % 7, 0), ('ended', 'failed', 0, back % 4, 0),
      ('ended', 'stopped', 0, back % 3, 0), ('ended', 'lost', 0, back % 2, 0),
      ('ended', 'released', 0, 1, 0), ('waiting', '', 60000 * back, 9, 0),
      ('watched', '', 0, 0, 3600000), ('on', 'render-01', 0, 0, 3600000 * least(1, back % 9)),
      ('busy', 'render-01', 0, 0, 150000 * (back % 9))
    ) as known (name, part, at_most, count, sum_ms)`;
  await sql`
    insert into queue_samples (at, waiting, oldest_ms)
    select date_trunc('minute', clock_timestamp(), 'UTC') - back * interval '1 minute',
      200 + round(100 * sin(back / 200.0)), 600000 + 1000 * back
    from generate_series(1, 1380) back on conflict do nothing`;
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, host, started_at, ended_at,
      failure)
    select gen_random_uuid(), 'bumper_' || n, 'FAILED', 'mira', 3, 'ae-0' || n % 2,
      clock_timestamp(), clock_timestamp(),
      'After Effects reported an error: Footage missing: /mnt/footage/bumper_' || n || '.mov'
    from generate_series(1, 7) n`;
}
