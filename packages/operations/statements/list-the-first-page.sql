begin;

select
  clock_timestamp() as at;

select
  (
    select
      count(*)
    from
      jobs
    where
      lease_expires_at is not null
      and status = $1
  ) as rendering,
  (
    select
      count(*)
    from
      jobs
    where
      lease_expires_at is not null
      and status = $2
  ) as cancelling,
  queue_length () as queued,
  (
    select
      count(*)
    from
      stops
    where
      is_open
      and outcome = 'unconfirmed'
  ) as unconfirmed,
  (
    select
      count(*)
    from
      unproven
    where
      state = 'open'
  ) as open;

select
  (
    select
      count(*)
    from
      (
        select
        from
          jobs
        where
          status = $1
          and ended_at is not null
        order by
          status,
          ended_at desc nulls first,
          id
        limit
          $2
      ) counted
  ) as "CANCELLED",
  (
    select
      count(*)
    from
      (
        select
        from
          jobs
        where
          status = $3
          and ended_at is not null
        order by
          status,
          ended_at desc nulls first,
          id
        limit
          $4
      ) counted
  ) as "COMPLETED",
  (
    select
      count(*)
    from
      (
        select
        from
          jobs
        where
          status = $5
          and ended_at is not null
        order by
          status,
          ended_at desc nulls first,
          id
        limit
          $6
      ) counted
  ) as "FAILED";

select
  j.id,
  (
    extract(
      epoch
      from
        j.started_at
    ) * 1000
  )::bigint::text as key
from
  (
    select
      j.id,
      j.started_at
    from
      jobs j
    where
      j.lease_expires_at is not null
    order by
      j.started_at,
      j.id
    offset
      $1
    limit
      $2
  ) j
order by
  j.started_at,
  j.id;

select
  j.id,
  j.queue_key::text as key
from
  (
    select
      j.id,
      j.queue_key
    from
      jobs j
    where
      j.queue_key is not null
    order by
      j.queue_key
    offset
      $1
    limit
      $2
  ) j
order by
  j.queue_key;

select
  "jobs"."id",
  "jobs"."name",
  "jobs"."status",
  "jobs"."priority",
  "jobs"."tags",
  "jobs"."queue_seq",
  "jobs"."queue_key",
  "jobs"."version",
  "jobs"."submitted_by",
  "jobs"."created_at",
  "jobs"."started_at",
  "jobs"."ended_at",
  "jobs"."attempts",
  "jobs"."max_attempts",
  "jobs"."attempt_id",
  "jobs"."host",
  "jobs"."host_login",
  "jobs"."lease_expires_at",
  "jobs"."lease_ms",
  "jobs"."lease_renewals",
  "jobs"."output",
  "jobs"."stop_requested_at",
  "jobs"."stop_requested_by",
  "jobs"."stop_channel",
  "jobs"."stop_reason",
  "jobs"."stop_attempt_id",
  "jobs"."awaited_hosts",
  "jobs"."failure",
  "jobs"."warnings",
  "latest"."progress",
  case
    when "jobs"."lease_expires_at" > clock_timestamp()
    and "jobs"."stop_requested_at" is null then (
      extract(
        epoch
        from
          "latest"."expected_end_at" - clock_timestamp()
      ) * 1000
    )::float8
  end,
  "latest"."phase",
  (
    select
      json_agg(
        json_build_object(
          'id',
          a.id,
          'number',
          a.number,
          'host',
          a.host,
          'output',
          a.output,
          'outcome',
          a.outcome,
          'hostLastHeardAt',
          case
            when a.host_id = h.host_id
            or a.host_id is null
            or h.host_id is null then h.last_heard_at
            else a.host_last_heard_at
          end,
          'deliveredAt',
          a.stop_delivered_at,
          'confirmedAt',
          a.confirmed_at,
          'stopReport',
          case
            when a.id = "jobs"."stop_attempt_id" then a.stop_report
          end,
          'removalReport',
          case
            when a.id = "jobs"."stop_attempt_id" then a.removal_report
          end,
          'declaredAt',
          a.declared_at,
          'declaredBy',
          a.declared_by,
          'declaredReason',
          a.declared_reason,
          'problem',
          a.unproven_reason
        )
        order by
          a.number
      )
    from
      attempts a
      left join render_hosts h on h.name = a.host
    where
      a.job_id = "jobs"."id"
      and (
        "jobs"."stop_requested_at" is not null
        or a.confirmed_at is null
      )
  ),
  (
    select
      json_agg(
        json_build_object(
          'host',
          coalesce(h.name, given.host),
          'times',
          times,
          'lastAt',
          last_at,
          'checkHeldAt',
          h.check_held_at,
          'askedCheckHeldAt',
          h.asked_check_held_at
        )
        order by
          given.last_at
      )
    from
      (
        select
          a.host_id,
          max(a.host) as host,
          count(*) as times,
          max(a.ended_at) as last_at
        from
          attempts a
        where
          "jobs"."queue_key" is not null
          and a.job_id = "jobs"."id"
          and a.outcome = 'hostFailed'
        group by
          a.host_id
      ) given
      left join lateral (
        select
          name,
          check_held_at,
          asked_check_held_at
        from
          render_hosts
        where
          host_id = given.host_id
        order by
          started_at desc
        limit
          1
      ) h on true
  ),
  case
    when "jobs"."queue_key" is not null
    and "jobs"."tags" <> ''
    and not exists (
      select
      from
        render_hosts h
      where
        h.gone_at is null
        and h.released_at is null
        and h.tags @> string_to_array("jobs"."tags", ',')
    ) then (
      select
        coalesce(json_agg(tag), '[]'::json)
      from
        unnest(string_to_array("jobs"."tags", ',')) tag
      where
        not exists (
          select
          from
            render_hosts h
          where
            h.gone_at is null
            and h.released_at is null
            and h.tags @> array[tag]
        )
    )
  end,
  (
    select
      r.number
    from
      receipts r
    where
      r.job_id = "jobs"."id"
  ),
  (
    select
      d.rerun_of
    from
      job_definitions d
    where
      d.job_id = "jobs"."id"
  ),
  (
    select
      json_agg(again.id)
    from
      (
        select
          j.id
        from
          job_definitions d
          join jobs j on j.id = d.job_id
        where
          d.rerun_of = "jobs"."id"
        order by
          j.queue_seq desc
        limit
          $1
      ) again
  ),
  places.place
from
  "jobs"
  left join lateral (
    select
      "progress",
      "phase",
      "expected_end_at"
    from
      "attempts"
    where
      "attempts"."id" = "jobs"."attempt_id"
    limit
      $2
  ) "latest" on true
  left join (
    select
      key,
      place
    from
      queue_positions (
        array(
          select
            queue_key
          from
            jobs
          where
            id = any (
              array(
                select
                  unnest($3::uuid[])
              )
            )
            and queue_key is not null
        )
      )
  ) places on places.key = "jobs"."queue_key"
where
  "jobs"."id" = any (
    array(
      select
        unnest($4::uuid[])
    )
  );
