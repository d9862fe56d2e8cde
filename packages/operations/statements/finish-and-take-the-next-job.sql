with
-- … 161 lines as in finish-after-a-read.sql
      )
  ),
  journal as materialized (
    select
      incarnation,
      coalesce(incarnation = $34, true) as is_sent
    from
    -- … 54 lines as in claim.sql
          from
            host_failures (jobs.id, $35::uuid) given
          where
          -- … 10 lines as in claim.sql
                where
                  h.host_id = $36::uuid
                order by
                -- … 18 lines as in claim.sql
        where
          name = $37
          and drained_at is not null
      )
      and exists (
        select
        from
          line
      )
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
      status = $38,
      version = version + 1,
      attempts = attempts + 1,
      attempt_id = $39,
      host = $40,
      started_at = clock_timestamp(),
      failure = null,
      lease_ms = $41,
      lease_renewals = lease_renewals + 1,
      lease_expires_at = clock_timestamp() + $42 * interval '1 millisecond'
    from
    -- … 40 lines as in claim.sql
    select
      $43,
      id,
      attempts,
      $44,
      $45,
      $46::jsonb,
      $47,
      $48
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
      $49,
      $50,
      $51,
      queue_key
      -- … 41 lines as in claim.sql
      journal
  ) as incarnation
from
  job
  left join (
    claimed
    join job_definitions d on d.job_id = claimed.id
  ) on true;
