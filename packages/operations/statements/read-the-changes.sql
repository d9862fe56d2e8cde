with
  this as materialized (
    select
    -- … 36 lines as in claim.sql
      left join database_incarnations seen on seen.incarnation = this.key
  ),
  unseen as materialized (
    select
      c.*
    from
      this,
      unseen_changes ($1::pg_snapshot, this.last_change_id, $2::int) c
    where
      this.last_change_id is not null
      and not (this.incarnation <> $3)
  ),
  page as (
    select
      *
    from
      unseen
    order by
      id
    limit
      $4
  )
select
  this.last_change_id is not null as "isOpen",
  this.incarnation || '/' || (
    select
      concat(
        coalesce(
          (
            array_agg(
              x
              order by
                x
            )
          ) [1],
          last.until
        ),
        ':',
        last.until,
        ':',
        string_agg(
          x::text,
          ','
          order by
            x
        )
      )
    from
      (
        select
          greatest(
            (
              select
                c.xid
              from
                job_changes c
              where
                c.xid < pg_snapshot_xmax(pg_current_snapshot())
              order by
                c.xid desc
              limit
                1
            ),
            (
              select
                f.xid
              from
                job_changes_forgotten f
              where
                f.xid < pg_snapshot_xmax(pg_current_snapshot())
            ),
            '2'::xid8
          )::text::numeric + 1 as after
      ) of,
      lateral (
        select
          case
            when after % 4294967296 = 0 then after + 3
            else after
          end::text::xid8 as until
      ) last
      left join lateral pg_snapshot_xip(pg_current_snapshot()) x on x < last.until
    group by
      last.until
  ) as cursor,
  this.incarnation <> $5
  or pg_snapshot_xmax($6::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())
  or (
    select
      count(*) > $7
    from
      unseen
  )
  or exists (
    select
    from
      job_changes_forgotten f
    where
      f.xid < pg_snapshot_xmax(pg_current_snapshot())
      and (
        f.xid >= pg_snapshot_xmax($8::pg_snapshot)
        or f.xid >= any (
          array(
            select
              pg_snapshot_xip($9::pg_snapshot)
          )
        )
      )
  ) as gap,
  (
    select
      max(id)::text
    from
      unseen
  ) as "lastId",
  (
    select
      count(*)::int
    from
      unseen
  ) as missed,
  coalesce(
    (
      select
        json_agg(
          json_build_object(
            'id',
            c.id::text,
            'xid',
            c.xid::text,
            'jobId',
            c.job_id,
            'version',
            c.version,
            'event',
            c.event,
            'statusBefore',
            c.status_before,
            'statusAfter',
            c.status_after,
            'actor',
            c.actor,
            'at',
            to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
          )
          order by
            c.id
        )
      from
        page c
    ),
    '[]'::json
  ) as changes
from
  this;

select
-- … 385 lines as in cancel-a-queued-job.sql
  "jobs"."id" = $3;
