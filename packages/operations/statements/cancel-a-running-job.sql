begin;

select
-- … 37 lines as in set-a-priority.sql
for update;

select
-- … 51 lines as in get-a-job.sql
  "attempts"."number" desc;

with
-- … 13 lines as in cancel-a-queued-job.sql
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
    -- … 11 lines as in cancel-a-queued-job.sql
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
      -- … 10 lines as in cancel-a-queued-job.sql
select
  true as saved,
  pg_notify ($29, $30)
from
  job;

insert into
-- … 36 lines as in cancel-a-queued-job.sql
  );

select
-- … 385 lines as in cancel-a-queued-job.sql
  "jobs"."id" = $3;
