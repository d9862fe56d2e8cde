with
  renewed as (
    update "jobs"
    set
      "lease_expires_at" = clock_timestamp() + $1 * interval '1 millisecond',
      "lease_ms" = $2,
      "lease_renewals" = lease_renewals + 1
    where
      id = any (
        array(
          select
            id
          from
            jobs
          where
            lease_expires_at is not null
            and "jobs"."attempt_id" = any (
              array(
                select
                  unnest($3::uuid[])
              )
            )
            and id = any (
              array(
                select
                  a.job_id
                from
                  unnest($4::uuid[]) as held (id)
                  cross join lateral (
                    select
                      job_id
                    from
                      attempts
                    where
                      "attempts"."id" = held.id
                    limit
                      1
                  ) a
              )
            )
          for update
            skip locked
        )
      )
    returning
      "attempt_id",
      case
        when stop_requested_at is not null then json_build_object(
          'by',
          stop_requested_by,
          'at',
          extract(
            epoch
            from
              stop_requested_at
          ) * 1000,
          'channel',
          stop_channel,
          'reason',
          stop_reason,
          'trace',
          stop_trace,
          'askedMsAgo',
          (
            extract(
              epoch
              from
                clock_timestamp() - stop_requested_at
            ) * 1000
          )::float8,
          'isRepeated',
          coalesce(
            (
              select
                stop_repeated
              from
                attempts
              where
                id = jobs.attempt_id
            ),
            false
          )
        )
      end as "stop"
  ),
  host as (
    update "render_hosts"
    set
      "problem" = $5,
      "problem_kind" = $6,
      "free_bytes" = $7,
      "leftover_folders" = $8,
      "unclaimed_processes" = $9,
      "draining" = $10,
      "last_heard_at" = clock_timestamp(),
      "stopped_at" = $11,
      "released_at" = $12,
      "released_by" = $13,
      "gone_at" = $14,
      "gone_by" = $15,
      "gone_reason" = $16
    where
      "render_hosts"."worker_id" = $17
    returning
      "worker_id",
      "host_login",
      "check_asked_at",
      "drained_by",
      "drain_reason"
  )
select
  exists (
    select
    from
      host
  ) as "ownsHost",
  exists (
    select
    from
      host
    where
      check_asked_at is not null
  ) as "isCheckAsked",
  (
    select
      json_build_object('by', drained_by, 'reason', drain_reason)
    from
      host
    where
      drained_by is not null
  ) as "drain",
  exists (
    select
    from
      host
    where
      (
        host.host_login is null
        and $18 > (
          select
            count(*)
          from
            (
              select
              from
                render_hosts other
              where
                other.worker_id < host.worker_id
                and other.stopped_at is null
                and other.host_login is null
                and other.last_heard_at <= clock_timestamp()
                and clock_timestamp() - other.last_heard_at <= other.lease_ms * $19::float8 * interval '1 millisecond'
              limit
                $20
            ) before
        )
      )
  ) as "watchesLeases",
  (
    select
      reltuples::float8
    from
      pg_class
    where
      oid = 'public.render_hosts'::regclass
  ) as hosts,
  coalesce(
    (
      select
        json_agg(json_build_object('attemptId', attempt_id, 'stop', stop))
      from
        renewed
    ),
    '[]'::json
  ) as renewed,
  coalesce(
    (
      select
        json_agg(attempt_id)
      from
        jobs
      where
        lease_expires_at is not null
        and "jobs"."attempt_id" = any (
          array(
            select
              unnest($21::uuid[])
          )
        )
        and id = any (
          array(
            select
              a.job_id
            from
              unnest($22::uuid[]) as held (id)
              cross join lateral (
                select
                  job_id
                from
                  attempts
                where
                  "attempts"."id" = held.id
                limit
                  1
              ) a
          )
        )
        and attempt_id not in (
          select
            attempt_id
          from
            renewed
        )
    ),
    '[]'::json
  ) as locked;
