with
-- … 364 lines as in finish-and-take-the-next-job.sql
      ) this
  ) as incarnation,
  pg_notify ($50, $51)
from
  job
  left join (
    claimed
    join job_definitions d on d.job_id = claimed.id
  ) on true;
