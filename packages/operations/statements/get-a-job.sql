begin;

select
  "jobs"."id",
  "jobs"."name",
  "jobs"."template",
  "jobs"."status",
  "jobs"."priority",
  "jobs"."tags",
  "jobs"."pace",
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
  "jobs"."stop_trace",
  "jobs"."awaited_hosts",
  "jobs"."failure",
  "jobs"."warnings",
  case
    when "jobs"."queue_key" is not null then forecast_at ("jobs"."tags", (places.place)::bigint)
  end,
  case
    when "jobs"."ended_at" is null then pace_facts ("jobs"."pace", "jobs"."submitted_by", 3)
  end,
  "latest"."expected_end_at",
  "jobs"."lease_expires_at" > clock_timestamp(),
  (
    extract(
      epoch
      from
        clock_timestamp()
    ) * 1000
  )::float8,
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
  "latest"."transfer",
  "latest"."progress_at",
  (
    extract(
      epoch
      from
        clock_timestamp() - "latest"."progress_at"
    ) * 1000
  )::float8,
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
      left join lateral (
        select
          host_id,
          last_heard_at
        from
          render_hosts
        where
          name = a.host
        limit
          1
      ) h on true
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
          h.asked_check_held_at,
          'why',
          (
            select
              c.facts ->> 'why'
            from
              job_changes c
            where
              c.job_id = "jobs"."id"
              and c.event = 'requeue'
              and c.actor = given.host
            order by
              c.version desc
            limit
              1
          )
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
    and exists (
      select
      from
        attempts a
      where
        a.job_id = "jobs"."id"
        and a.outcome = 'hostFailed'
    ) then exists (
      select
      from
        render_hosts h
      where
        h.gone_at is null
        and h.released_at is null
        and (
          "jobs"."tags" = ''
          or h.tags @> string_to_array("jobs"."tags", ',')
        )
        and not exists (
          select
          from
            attempts a
          where
            a.job_id = "jobs"."id"
            and a.host_id = h.host_id
            and a.outcome = 'hostFailed'
        )
    )
  end,
  case
  -- … 25 lines as in submit.sql
    )
  end,
  case
    when "jobs"."queue_key" is not null
    and exists (
      select
      from
        render_hosts
      where
        drained_at is not null
    )
    and not exists (
      select
      from
        render_hosts h
      where
        h.drained_at is null
        and h.gone_at is null
        and h.released_at is null
        and (
          "jobs"."tags" = ''
          or h.tags @> string_to_array("jobs"."tags", ',')
        )
        and (
          "jobs"."attempts" = 0
          or not exists (
            select
            from
              attempts a
            where
              a.job_id = "jobs"."id"
              and a.host_id = h.host_id
              and a.outcome = 'hostFailed'
          )
        )
    ) then (
      select
        json_agg(name)
      from
        (
          select
            h.name
          from
            render_hosts h
          where
            h.drained_at is not null
            and h.gone_at is null
            and h.released_at is null
            and (
              "jobs"."tags" = ''
              or h.tags @> string_to_array("jobs"."tags", ',')
            )
            and (
              "jobs"."attempts" = 0
              or not exists (
                select
                from
                  attempts a
                where
                  a.job_id = "jobs"."id"
                  and a.host_id = h.host_id
                  and a.outcome = 'hostFailed'
              )
            )
          order by
            h.name
          limit
            10
        ) drained
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
  places.place,
  (
    select
      d.secrets_deleted_at
    from
      job_definitions d
    where
      d.job_id = "jobs"."id"
  ),
  case
    when exists (
      select
      from
        submissions s
      where
        s.principal = $2
        and s.key = "jobs"."id"::text
    ) then null
    else coalesce(
      (
        select
          s.key
        from
          submissions s
        where
          s.principal = $3
          and s.job_id = "jobs"."id"
        order by
          s.created_at
        limit
          1
      ),
      "jobs"."id"::text
    )
  end,
  (
    select
      h.last_heard_at
    from
      render_hosts h
    where
      h.name = "jobs"."host"
      and "jobs"."queue_key" is null
  )
from
  "jobs"
  left join lateral (
    select
      "progress",
      "phase",
      "transfer",
      "progress_at",
      "expected_end_at"
    from
      "attempts"
    where
      "attempts"."id" = "jobs"."attempt_id"
    limit
      $4
  ) "latest" on true
  left join lateral (
    select
      case
        when "jobs"."queue_key" is not null then queue_position ("jobs"."queue_key")
      end as place
    offset
      0
  ) places on true
where
  "jobs"."id" = $5;

select
  "id",
  "job_id",
  "number",
  "host",
  "host_id",
  "host_identity",
  "host_login",
  "restored",
  "host_last_heard_at",
  "worker_id",
  "tree_marker",
  "outcome",
  "created_at",
  "ended_at",
  "phase",
  "progress",
  "frame",
  "total_frames",
  "cached_sources",
  "transfer",
  "usage",
  "log_deleted_at",
  "steps",
  "progress_at",
  "expected_end_at",
  "measured",
  "output",
  "publications",
  "all_published",
  "scratch_path",
  "tree",
  "stop_repeated",
  "stop_delivered_at",
  "stop_report",
  "removal_report",
  "confirmed_at",
  "unproven_reason",
  "declared_at",
  "declared_by",
  "declared_reason",
  "parts"
from
  "attempts"
where
  "attempts"."job_id" = any (
    array(
      select
        unnest($1::uuid[])
    )
  )
order by
  "attempts"."number" desc;

select
  o.attempt_id as "attemptId",
  o.number,
  o.path,
  wire_time (o.published_at) as "publishedAt",
  o.kind,
  o.bytes::float8 as bytes,
  o.files,
  o.sha256,
  o.seconds,
  o.codec,
  o.width,
  o.height,
  o.frames,
  o.why
from
  attempts a
  join job_outputs o on o.attempt_id = a.id
where
  a.job_id = any (
    array(
      select
        unnest($1::uuid[])
    )
  )
order by
  o.attempt_id,
  o.number;

select
  "job_id",
  "nexrender_job",
  "hidden"
from
  "job_definitions"
where
  "job_definitions"."job_id" = any (
    array(
      select
        unnest($1::uuid[])
    )
  );
