begin;

select
  "id",
  "name",
  "template",
  "status",
  "priority",
  "tags",
  "pace",
  "queue_seq",
  "queue_key",
  "version",
  "submitted_by",
  "created_at",
  "started_at",
  "ended_at",
  "attempts",
  "max_attempts",
  "attempt_id",
  "host",
  "host_login",
  "lease_expires_at",
  "lease_ms",
  "lease_renewals",
  "output",
  "stop_requested_at",
  "stop_requested_by",
  "stop_channel",
  "stop_reason",
  "stop_attempt_id",
  "stop_trace",
  "awaited_hosts",
  "failure",
  "warnings",
  clock_timestamp()
from
  "jobs"
where
  "jobs"."id" = $1;

select
  before,
  after,
  queued,
  forecast_at ($1, before) as "startBefore",
  forecast_at ($2, after) as "startAfter",
  (
    select
      case
      -- … 25 lines as in submit.sql
        )
      end
    from
      jobs
    where
      id = $3::uuid
  ) as "noHostOffers"
from
  (
    select
      queue_position (key) as before,
      queue_position (wanted) - case
        when wanted > key then 1
        else 0
      end as after,
      queue_length () as queued
    from
      (
        select
          $4::bigint as key,
          $5::bigint as wanted
      ) as keys
    offset
      0
  ) places;

select
  "id",
  "name",
  "submitted_by"
from
  "jobs"
where
  (
    "jobs"."queue_key" > $1
    and "jobs"."queue_key" < $2
  )
order by
  "jobs"."queue_key" asc
limit
  $3
offset
  $4;
