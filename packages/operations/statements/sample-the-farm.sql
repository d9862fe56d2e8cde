with
  this as materialized (
    select
      date_trunc('minute', clock_timestamp(), 'UTC') as at
  ),
  sampled as (
    insert into
      queue_samples (at, waiting, oldest_ms)
    select
      at,
      queue_length (),
      (
      -- … 32 lines as in read-the-measures.sql
          oldest.at is not null
      )
    from
      this
    where
      not exists (
        select
        from
          queue_samples s
        where
          s.at = this.at
      )
    on conflict do nothing
    returning
      at
  ),
  watched as (
    select
      date_trunc('hour', at - interval '1 millisecond', 'UTC') as hour,
      extract(
        epoch
        from
          least(at - last, interval '2 minutes')
      )::bigint * 1000 as ms
    from
      sampled
      cross join lateral (
        select
          max(s.at) as last
        from
          queue_samples s
        where
          s.at < sampled.at
      ) before
    where
      last is not null
  ),
  added as (
    insert into
      measures as m (name, hour, part, at_most_ms, count, sum_ms)
    select
      'watched',
      hour,
      '',
      0,
      0,
      ms
    from
      watched
    union all
    select
      'on',
      hour,
      h.name,
      0,
      0,
      ms
    from
      watched,
      render_hosts h
    where
      h.stopped_at is null
      and clock_timestamp() - h.last_heard_at <= h.lease_ms * interval '1 millisecond'
    on conflict (name, hour, part, at_most_ms) do update
    set
      sum_ms = m.sum_ms + excluded.sum_ms
  ),
  pruned as (
    delete from queue_samples s using sampled
    where
      s.at < sampled.at - $1 * interval '1 millisecond'
  )
select
  exists (
    select
    from
      sampled
  ) as sampled;
