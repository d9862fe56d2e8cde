with
-- … 161 lines as in finish-after-a-read.sql
      )
  ),
  next as (
  -- … 12 lines as in claim.sql
          from
            host_failures (jobs.id, $34::uuid) given
          where
          -- … 10 lines as in claim.sql
                where
                  h.host_id = $35::uuid
                order by
                  h.started_at desc
                limit
                  1
              ),
              '-infinity'
            )
        )
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
      status = $36,
      version = version + 1,
      attempts = attempts + 1,
      attempt_id = $37,
      host = $38,
      started_at = clock_timestamp(),
      failure = null,
      lease_ms = $39,
      lease_renewals = lease_renewals + 1,
      lease_expires_at = clock_timestamp() + $40 * interval '1 millisecond'
    from
    -- … 37 lines as in claim.sql
    select
      $41,
      id,
      attempts,
      $42,
      $43,
      $44::jsonb,
      $45,
      $46
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
      $47,
      $48,
      $49,
      queue_key
      -- … 79 lines as in claim.sql
from
  job
  left join (
    claimed
    join job_definitions d on d.job_id = claimed.id
  ) on true;
