begin;

select
  "id",
  "name",
  "status",
  "priority",
  "tags",
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
  "awaited_hosts",
  "failure",
  "warnings",
  clock_timestamp()
from
  "jobs"
where
  "jobs"."id" = $1;

select
  queue_position ($1::bigint) as before,
  queue_position ($2::bigint) as after,
  queue_length () as queued;

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
