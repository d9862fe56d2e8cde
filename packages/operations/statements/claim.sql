with
  journal as materialized (
    select
      incarnation,
      coalesce(incarnation = $1, true) as is_sent
    from
      (
        select
          concat_ws(
            '-',
            this.key,
            coalesce(
              (
                extract(
                  epoch
                  from
                    seen.seen_at
                ) * 1000
              )::bigint,
              0
            )
          ) as incarnation,
          seen.last_change_id,
          seen.last_queue_seq,
          seen.incarnation is not null as is_open
        from
          (
            select
              (
                select
                  concat_ws(
                    '-',
                    control.system_identifier,
                    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'),
                    this_database.oid,
                    to_regclass('job_changes')::oid
                  )
                from
                  pg_control_system() control,
                  pg_database this_database
                where
                  this_database.datname = current_database()
              ) as key
          ) this
          left join database_incarnations seen on seen.incarnation = this.key
      ) this
  ),
  next as (
    select
      id,
      queue_key
    from
      jobs
    where
      queue_key is not null
      and tags <= ''
      and not (
        jobs.attempts > 0
        and exists (
          select
          from
            host_failures (jobs.id, $2::uuid) given
          where
            given.times > 0
            and given.last_at >= coalesce(
              (
                select
                  case
                    when given.times > 1 then h.asked_check_held_at
                    else h.check_held_at
                  end
                from
                  render_hosts h
                where
                  h.host_id = $3::uuid
                order by
                  h.started_at desc
                limit
                  1
              ),
              '-infinity'
            )
        )
      )
      and (
        select
          is_sent
        from
          journal
      )
      and not exists (
        select
        from
          render_hosts
        where
          name = $4
          and drained_at is not null
      )
      and true
    order by
      tags,
      queue_key
    limit
      1
    for update
      skip locked
  ),
  claimed as (
    update jobs
    set
      status = $5,
      version = version + 1,
      attempts = attempts + 1,
      attempt_id = $6,
      host = $7,
      started_at = clock_timestamp(),
      failure = null,
      lease_ms = $8,
      lease_renewals = lease_renewals + 1,
      lease_expires_at = clock_timestamp() + $9 * interval '1 millisecond'
    from
      next
    where
      jobs.id = next.id
    returning
      jobs.id,
      jobs.name,
      jobs.template,
      jobs.status,
      jobs.priority,
      jobs.tags,
      jobs.pace,
      jobs.queue_seq,
      jobs.version,
      jobs.submitted_by,
      jobs.created_at,
      jobs.started_at,
      jobs.ended_at,
      jobs.attempts,
      jobs.max_attempts,
      jobs.attempt_id,
      jobs.host,
      jobs.host_login,
      jobs.lease_expires_at,
      jobs.lease_ms,
      jobs.lease_renewals,
      jobs.output,
      jobs.stop_requested_at,
      jobs.stop_requested_by,
      jobs.stop_channel,
      jobs.stop_reason,
      jobs.stop_attempt_id,
      jobs.stop_trace,
      jobs.awaited_hosts,
      jobs.failure,
      jobs.warnings,
      next.queue_key
  ),
  begun as (
    insert into
      attempts (id, job_id, number, host, host_id, host_identity, worker_id, tree_marker)
    select
      $10,
      id,
      attempts,
      $11,
      $12,
      $13::jsonb,
      $14,
      $15
    from
      claimed
  ),
  claim_line as (
    insert into
      job_changes (job_id, version, event, status_before, status_after, actor, q_from)
    select
      id,
      version,
      'claim',
      $16,
      $17,
      $18,
      queue_key
    from
      claimed
  )
select
  claimed.id,
  claimed.name,
  claimed.template,
  claimed.status,
  claimed.priority,
  claimed.tags,
  claimed.pace,
  claimed.queue_seq,
  claimed.version,
  claimed.submitted_by,
  claimed.created_at,
  claimed.started_at,
  claimed.ended_at,
  claimed.attempts,
  claimed.max_attempts,
  claimed.attempt_id,
  claimed.host,
  claimed.host_login,
  claimed.lease_expires_at,
  claimed.lease_ms,
  claimed.lease_renewals,
  claimed.output,
  claimed.stop_requested_at,
  claimed.stop_requested_by,
  claimed.stop_channel,
  claimed.stop_reason,
  claimed.stop_attempt_id,
  claimed.stop_trace,
  claimed.awaited_hosts,
  claimed.failure,
  claimed.warnings,
  d.nexrender_job,
  d.limits,
  (
    select
      incarnation
    from
      journal
  ) as incarnation,
  is_sent
from
  journal
  left join (
    claimed
    join job_definitions d on d.job_id = claimed.id
  ) on true;
