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
            and "jobs"."attempt_id" in ($3)
            and id = any (
              array(
                select
                  job_id
                from
                  attempts
                where
                  "attempts"."id" in ($4)
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
      "free_bytes" = $6,
      "leftover_folders" = $7,
      "unclaimed_processes" = $8,
      "draining" = $9,
      "last_heard_at" = clock_timestamp(),
      "stopped_at" = $10,
      "released_at" = $11,
      "released_by" = $12,
      "gone_at" = $13,
      "gone_by" = $14,
      "gone_reason" = $15
    where
      "render_hosts"."worker_id" = $16
    returning
      "name",
      "check_asked_at"
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
        and "jobs"."attempt_id" in ($17)
        and id = any (
          array(
            select
              job_id
            from
              attempts
            where
              "attempts"."id" in ($18)
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
