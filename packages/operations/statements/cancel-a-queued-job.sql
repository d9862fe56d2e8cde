begin;

select
-- … 37 lines as in set-a-priority.sql
for update;

select
-- … 51 lines as in get-a-job.sql
  "attempts"."number" desc;

with
  job as (
    update jobs
    set
      "status" = $1,
      "priority" = $2,
      "version" = $3,
      "started_at" = $4,
      "ended_at" = $5,
      "attempts" = $6,
      "max_attempts" = $7,
      "output" = $8,
      "failure" = $9,
      "warnings" = $10,
      "lease_expires_at" = $11,
      "stop_requested_at" = $12,
      "stop_requested_by" = $13,
      "stop_channel" = $14,
      "stop_reason" = $15,
      "awaited_hosts" = $16,
      "stop_attempt_id" = $17
    where
      id = $18
      and version = $19
    returning
      id,
      queue_key
  ),
  keys as (
    select
      id,
      key_before,
      queue_key as key_after
    from
      job,
      (
        values
          ($20::bigint)
      ) as before (key_before)
  ),
  line as (
    insert into
      job_changes (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
    select
      id,
      $21::int,
      $22,
      $23,
      $24,
      $25,
      $26::jsonb,
      case
        when key_before is distinct from key_after then key_before
      end,
      case
        when key_before is distinct from key_after then key_after
      end
    from
      keys
    returning
      1
  )
select
  true as saved
from
  job;

insert into
-- … 14 lines as in set-a-priority.sql
select
  $1,
  $2,
  $3,
  $4,
  $5,
  $6,
  $7,
  $8,
  $9::uuid,
  $10,
  $11::jsonb,
  $12::jsonb || jsonb_build_object(
    'receipt',
    (
      select
        number
      from
        receipts r
      where
        r.job_id = $13::uuid
    )
  );

select
-- … 375 lines as in list-the-first-page.sql
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
  "jobs"."id" = $3;
