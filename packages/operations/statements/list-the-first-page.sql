begin;

select
  clock_timestamp() as at;

select
  extract(
    epoch
    from
      max(made_at)
  )::float8 * 1000 as "madeAtMs",
  max(starts[cardinality(starts)]) as "lastS",
  extract(
    epoch
    from
      clock_timestamp()
  )::float8 * 1000 as "nowMs"
from
  queue_forecasts
where
  made_at > clock_timestamp() - interval '30 seconds'
  and made_at < clock_timestamp() + interval '1 second'
having
  bool_and(starts[cardinality(starts)] is not null)
  and max(cardinality(edges)) > 1;

select
  count(*) filter (
    where
      status = $1
  ) as rendering,
  count(*) filter (
    where
      status = $2
  ) as cancelling,
  queue_length () as queued,
  -- The view stops has the same rule. It would look at each attempt that runs.
  (
    select
      count(distinct u.job_id)
    from
      unproven u
      join jobs j on j.id = u.job_id
    where
      u.state = 'open'
      and j.status = $3
  ) as unconfirmed,
  (
    select
      count(*)
    from
      unproven
    where
      state = 'open'
  ) as open
from
  jobs
where
  status in ('RENDERING', 'CANCELLING');

select
  (
    select
      count(*)
    from
      (
        select
        from
          jobs
        where
          status = $1
          and ended_at is not null
        order by
          status,
          ended_at desc nulls first,
          id
        limit
          $2
      ) counted
  ) as "CANCELLED",
  (
    select
      count(*)
    from
      (
        select
        from
          jobs
        where
          status = $3
          and ended_at is not null
        order by
          status,
          ended_at desc nulls first,
          id
        limit
          $4
      ) counted
  ) as "COMPLETED",
  (
    select
      count(*)
    from
      (
        select
        from
          jobs
        where
          status = $5
          and ended_at is not null
        order by
          status,
          ended_at desc nulls first,
          id
        limit
          $6
      ) counted
  ) as "FAILED";

select
  j.id,
  (
    extract(
      epoch
      from
        j.found
    ) * 1000
  )::bigint::text as key
from
  (
    select
      j.id,
      j.started_at as found
    from
      jobs j
    where
      j.status in ('RENDERING', 'CANCELLING')
    order by
      j.started_at,
      j.id
    offset
      $1
    limit
      $2
  ) j
order by
  j.found,
  j.id;

select
  j.id,
  j.found::text as key
from
  (
    select
      j.id,
      j.queue_key as found
    from
      jobs j
    where
      j.queue_key is not null
    order by
      j.queue_key
    offset
      $1
    limit
      $2
  ) j
order by
  j.found;

select
-- … 358 lines as in get-a-job.sql
  ),
  places.place
from
-- … 12 lines as in get-a-job.sql
    limit
      $2
  ) "latest" on true
  left join (
    select
      key,
      place
    from
      queue_positions (
        array(
          select
            queue_key
          from
            jobs
          where
            id = any (
              array(
                select
                  unnest($3::uuid[])
              )
            )
            and queue_key is not null
        )
      )
  ) places on places.key = "jobs"."queue_key"
where
  "jobs"."id" = any (
    array(
      select
        unnest($4::uuid[])
    )
  );
