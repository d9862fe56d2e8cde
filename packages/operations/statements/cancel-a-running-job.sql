begin;

-- select "id", "name", "status", "priority", "tags", "queue_se…: as in set-a-priority.sql

-- select "id", "job_id", "number", "host", "host_id", "host_id…: as in get-a-job.sql

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
      "attempt_id" = $12,
      "host" = $13,
      "stop_requested_at" = $14,
      "stop_requested_by" = $15,
      "stop_channel" = $16,
      "stop_reason" = $17,
      "awaited_hosts" = $18,
      "stop_attempt_id" = $19
    where
      id = $20
      and version = $21
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
          ($22::bigint)
      ) as before (key_before)
  ),
  line as (
    insert into
      job_changes (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
    select
      id,
      $23::int,
      $24,
      $25,
      $26,
      $27,
      $28::jsonb,
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
  pg_notify ($29, ''),
  pg_notify ($30, $31)
from
  job;

-- insert into audit_log (actor_kind, actor, channel, address, …: as in cancel-a-queued-job.sql

-- select "jobs"."id", "jobs"."name", "jobs"."status", "jobs"."…: as in cancel-a-queued-job.sql
