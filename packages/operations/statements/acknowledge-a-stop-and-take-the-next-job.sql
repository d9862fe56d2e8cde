with
-- … 391 lines as in finish-and-take-the-next-job.sql
      journal
  ) as incarnation,
  pg_notify ($52, $53)
from
  job
  left join (
    claimed
    join job_definitions d on d.job_id = claimed.id
  ) on true;
