with
  given as materialized (
    select
      *
    from
      jsonb_to_recordset($1::jsonb) as row (
        n int,
        id uuid,
        name text,
        template text,
        priority int,
        tags text,
        max_attempts int,
        submitted_by text,
        submitter jsonb,
        nexrender_job jsonb,
        limits jsonb,
        secrets jsonb,
        hidden jsonb,
        callback jsonb,
        rerun_of uuid,
        actor_kind text,
        actor text,
        channel text,
        address text,
        request_id text,
        action text,
        outcome text,
        after jsonb
      )
  ),
  job as (
    insert into
      jobs (id, name, template, priority, tags, max_attempts, submitted_by, pace)
    select
      id,
      name,
      template,
      priority,
      tags,
      max_attempts,
      submitted_by,
      pace_number (
        md5(
          jsonb_build_array(
            nexrender_job -> 'template' -> 'src',
            nexrender_job -> 'template' -> 'composition',
            nexrender_job -> 'template' -> 'frameStart',
            nexrender_job -> 'template' -> 'frameEnd',
            nexrender_job -> 'template' -> 'incrementFrame'
          )::text
        )
      )
    from
      given
    order by
      n
    returning
      *
  ),
  definition as (
    insert into
      job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
    select
      id,
      nexrender_job,
      limits,
      hidden,
      rerun_of
    from
      given
  ),
  submitter as (
    insert into
      job_submitters (job_id, kind, account_id)
    select
      id,
      submitter ->> 'kind',
      (submitter ->> 'id')::uuid
    from
      given
    where
      submitter is not null
  ),
  secrets as (
    insert into
      job_secrets (job_id, secrets)
    select
      id,
      secrets
    from
      given
    where
      secrets is not null
  ),
  callback as (
    insert into
      job_callbacks (job_id, address, secret, origin_hash)
    select
      id,
      callback ->> 'address',
      callback ->> 'secret',
      (callback ->> 'originHash')::smallint
    from
      given
    where
      callback is not null
  ),
  change as (
    insert into
      job_changes (job_id, version, event, status_after, actor, q_to, facts)
    select
      id,
      version,
      'submit',
      status,
      job.submitted_by,
      queue_key,
      jsonb_strip_nulls(jsonb_build_object('rerunOf', rerun_of))
    from
      job
      join given using (id)
    order by
      n
  ),
  line as (
    insert into
      audit_log (actor_kind, actor, channel, address, request_id, action, outcome, job_id, after)
    select
      actor_kind,
      actor,
      channel,
      address,
      request_id,
      action,
      outcome,
      id,
      after
    from
      given
    order by
      n
  )
select
  jobs.*,
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
  end as no_host_offers,
  -- This statement does not see its own rows.
  queue_position (queue_key) + (
    select
      count(*)
    from
      job before
    where
      before.queue_key < jobs.queue_key
  ) as place,
  (
    select
      case
        when not exists (
          select
          from
            (
              select
                attempts,
                created_at
              from
                jobs
              where
                queue_key is not null
                and tags = split_part(told.payload, ' ', 3)
              order by
                tags,
                queue_key
              limit
                10
            ) head
          where
            head.attempts = 0
            and head.created_at < clock_timestamp() - interval '1 second'
        )
        and (
          select
            hosts_with_free_slots ()
        ) > 0 then pg_notify ($2, told.payload)
      end
    from
      (
        select
          concat('waits ', queue_seq, '.', version, ' ', tags)::text as payload
      ) told
  )
from
  job as jobs;
