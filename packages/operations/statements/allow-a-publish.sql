select
-- … 132 lines as in finish-after-a-read.sql
  "attempts"."number" desc;

with
-- … 19 lines as in cancel-a-running-job.sql
      "stop_reason" = $17,
      "awaited_hosts" = $18
    where
      id = $19
      and version = $20
      and (
      -- … 42 lines as in finish-after-a-read.sql
          ) this
      ) = $21
    returning
    -- … 35 lines as in cancel-a-running-job.sql
      1
  ),
  attempt as (
    update attempts
    set
      "output" = $29,
      "publications" = $30,
      "all_published" = $31
    where
      id = $32
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
