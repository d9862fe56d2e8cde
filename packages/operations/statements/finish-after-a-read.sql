select
-- … 31 lines as in get-a-job.sql
  "jobs"."warnings",
  clock_timestamp(),
  (
    select
      incarnation
    from
    -- … 40 lines as in claim.sql
  ),
  lease_expires_at - coalesce(lease_ms, $1) * interval '1 millisecond',
  "attempts"."id",
  "attempts"."job_id",
  "attempts"."number",
  "attempts"."host",
  "attempts"."host_id",
  "attempts"."host_identity",
  "attempts"."host_login",
  "attempts"."restored",
  "attempts"."host_last_heard_at",
  "attempts"."worker_id",
  "attempts"."tree_marker",
  "attempts"."outcome",
  "attempts"."created_at",
  "attempts"."ended_at",
  "attempts"."phase",
  "attempts"."progress",
  "attempts"."frame",
  "attempts"."total_frames",
  "attempts"."cached_sources",
  "attempts"."transfer",
  "attempts"."usage",
  "attempts"."log_deleted_at",
  "attempts"."steps",
  "attempts"."progress_at",
  "attempts"."expected_end_at",
  "attempts"."measured",
  "attempts"."output",
  "attempts"."publications",
  "attempts"."all_published",
  "attempts"."scratch_path",
  "attempts"."tree",
  "attempts"."stop_repeated",
  "attempts"."stop_delivered_at",
  "attempts"."stop_report",
  "attempts"."removal_report",
  "attempts"."confirmed_at",
  "attempts"."unproven_reason",
  "attempts"."declared_at",
  "attempts"."declared_by",
  "attempts"."declared_reason",
  "attempts"."parts",
  (
    select
      coalesce(json_agg(o), '[]')
    from
      other_attempts ($2) o
  )
from
  "jobs"
  left join "attempts" on "attempts"."job_id" = "jobs"."id"
where
  "jobs"."id" = $3
order by
  "attempts"."number" desc;

with
  moment as materialized (
    select
      at,
      least(at, greatest(created_at, at - $1::float8 * interval '1 millisecond'))::timestamptz(3) as dead_at
    from
      attempts,
      (
        select
          clock_timestamp()::timestamptz(3) as at
        offset
          0
      ) now
    where
      id = $2
  ),
  job as (
    update jobs
    set
      "status" = $3,
      "priority" = $4,
      "version" = $5,
      "started_at" = $6,
      "attempts" = $7,
      "max_attempts" = $8,
      "output" = $9,
      "failure" = $10,
      "warnings" = $11,
      "lease_expires_at" = $12,
      "stop_requested_at" = $13,
      "stop_requested_by" = $14,
      "stop_channel" = $15,
      "stop_reason" = $16,
      "awaited_hosts" = $17,
      ended_at = (
        select
          dead_at
        from
          moment
      )
    where
      id = $18
      and version = $19
      and (
        select
        -- … 41 lines as in finish-after-a-read.sql
          ) this
      ) = $20
    returning
    -- … 11 lines as in cancel-a-queued-job.sql
        values
          ($21::bigint)
      ) as before (key_before)
  ),
  line as (
    insert into
      job_changes (job_id, version, event, status_before, status_after, actor, facts, q_from, q_to)
    select
      id,
      $22::int,
      $23,
      $24,
      $25,
      $26,
      $27::jsonb,
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
  ),
  attempt as (
    update attempts
    set
      "outcome" = $28,
      "output" = $29,
      "publications" = $30,
      "removal_report" = $31,
      ended_at = (
        select
          dead_at
        from
          moment
      ),
      confirmed_at = (
        select
          at
        from
          moment
      ),
      stop_report = $32::jsonb || jsonb_build_object(
        'endedAt',
        wire_time (
          (
            select
              dead_at
            from
              moment
          )
        )
      )
    where
      id = $33
      and exists (
        select
        from
          job
      )
  )
select
  true as saved
from
  job;
