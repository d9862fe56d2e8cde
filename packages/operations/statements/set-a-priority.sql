begin;

select
-- … 35 lines as in preview-a-priority.sql
where
  "jobs"."id" = $1
for update;

select
  take_work_lock ('queueOrder');

with
  moves as (
    select
      *
    from
      jsonb_to_record($1::jsonb) as
    move (
      id uuid,
      old_version int,
      version int,
      priority smallint,
      key_before bigint,
      actor text,
      facts jsonb
    )
  ),
  job as (
    update jobs
    set
      priority = moves.priority,
      version = moves.version
    from
      moves
    where
      jobs.id = moves.id
      and jobs.version = moves.old_version
    returning
      jobs.id,
      jobs.version,
      jobs.status,
      jobs.queue_key,
      jobs.queue_seq,
      jobs.tags,
      moves.key_before,
      moves.actor,
      moves.facts
  ),
  line as (
    insert into
      job_changes (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
    select
      id,
      version,
      'setPriority',
      status,
      status,
      actor,
      facts,
      key_before,
      queue_key
    from
      job
  )
select
  (
  -- … 13 lines as in submit.sql
                and tags = split_part(told.payload, ' ', 3)
                and queue_seq <> all (
                  array(
                    select
                      queue_seq
                    from
                      job
                  )
                )
              order by
              -- … 20 lines as in submit.sql
from
  job;

with
  places as materialized (
    select
      entry.*,
      statement_timestamp()::text as counted_at,
      queue_position (key_before) - (key_after < key_before)::int as place_before,
      queue_position (key_after) as place_after
    from
      jsonb_to_recordset($1::jsonb) as entry (
        number int,
        key_before bigint,
        key_after bigint,
        actor_kind text,
        actor text,
        channel text,
        address text,
        request_id text,
        action text,
        outcome text,
        code text,
        job_id uuid,
        reason text,
        before jsonb,
        after jsonb
      )
  ),
  line as (
    insert into
      audit_log (
        actor_kind,
        actor,
        channel,
        address,
        request_id,
        action,
        outcome,
        code,
        job_id,
        reason,
        before,
        after
      )
    select
      actor_kind,
      actor,
      channel,
      address,
      request_id,
      action,
      outcome,
      code,
      job_id,
      reason,
      before || jsonb_build_object('position', place_before),
      after || jsonb_build_object('position', place_after)
    from
      places
    order by
      number
  )
select
  place_before,
  place_after,
  counted_at
from
  places
order by
  number;

select
-- … 32 lines as in get-a-job.sql
  case
    when "jobs"."queue_key" is not null then forecast_at ("jobs"."tags", (null)::bigint)
  end,
  -- … 323 lines as in get-a-job.sql
  ),
  null
from
-- … 14 lines as in list-the-first-page.sql
  ) "latest" on true
where
  "jobs"."id" = $3;
