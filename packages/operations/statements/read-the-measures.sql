begin;

select
  clock_timestamp() as at;

with
  due as materialized (
    select
      a.id,
      a.job_id,
      a.number,
      a.restored,
      a.host,
      a.outcome,
      a.created_at,
      a.ended_at,
      a.stop_report,
      a.removal_report,
      j.created_at as submitted_at,
      j.stop_requested_at,
      stop.proven_at,
      (
        (
          1 | case
            when a.outcome is not null then 2
            else 0
          end | case
            when j.stop_attempt_id = a.id then 4 | case
              when a.stop_report ->> 'timeToDeadMs' is not null then 8
              else 0
            end | case
              when a.removal_report is not null then 16
              else 0
            end | case
              when stop.is_proven then 32
              else 0
            end
            else 0
          end
        ) | case
          when a.outcome is not null
          and a.confirmed_at is not null
          and (
            j.stop_attempt_id is distinct from a.id
            or (
              a.removal_report is not null
              and stop.is_proven
            )
          ) then 64
          else 0
        end
      ) as known,
      (
        1 | case
          when a.outcome is not null then 2
          else 0
        end | case
          when j.stop_attempt_id = a.id then 4 | case
            when a.stop_report ->> 'timeToDeadMs' is not null then 8
            else 0
          end | case
            when a.removal_report is not null then 16
            else 0
          end | case
            when stop.is_proven then 32
            else 0
          end
          else 0
        end
      ) & ~ a.measured as fresh
    from
      attempts a
      join jobs j on j.id = a.job_id
      left join lateral (
        select
          s.is_proven,
          s.proven_at
        from
          stops s
        where
          s.job_id = j.id
          and j.stop_attempt_id = a.id
        offset
          0
      ) stop on true
    where
      a.measured < 64
  ),
  facts as (
    select
      name,
      hour,
      part,
      at_most_ms,
      count,
      sum_ms
    from
      measures
    where
      name = any (
        array[
          'waiting',
          'ended',
          'busy',
          'asked',
          'proven',
          'timeToDead',
          'timeToClean',
          'watched',
          'on'
        ]
      )
      and hour >= $1::timestamptz
      and hour < $2::timestamptz
    union all
    select
      name,
      hour,
      part,
      at_most_ms,
      count,
      sum_ms
    from
      measures
    where
      name = 'ended'
      and hour >= $3::timestamptz
      and hour < $4::timestamptz
    union all
    select
      *
    from
      (
        select
          name,
          date_trunc('hour', at, 'UTC') as hour,
          part,
          case
            when is_time then coalesce(
              (
                select
                  min(bound)
                from
                  unnest(
                    array[
                      10,
                      11,
                      12,
                      13,
                      14,
                      15,
                      16,
                      18,
                      20,
                      22,
                      25,
                      28,
                      30,
                      33,
                      36,
                      40,
                      45,
                      50,
                      55,
                      60,
                      65,
                      70,
                      80,
                      90,
                      100,
                      110,
                      120,
                      130,
                      140,
                      150,
                      160,
                      180,
                      200,
                      220,
                      250,
                      280,
                      300,
                      330,
                      360,
                      400,
                      450,
                      500,
                      550,
                      600,
                      650,
                      700,
                      800,
                      900,
                      1000,
                      1100,
                      1200,
                      1300,
                      1400,
                      1500,
                      1600,
                      1800,
                      2000,
                      2200,
                      2500,
                      2800,
                      3000,
                      3300,
                      3600,
                      4000,
                      4500,
                      5000,
                      5500,
                      6000,
                      6500,
                      7000,
                      8000,
                      9000,
                      10000,
                      11000,
                      12000,
                      13000,
                      14000,
                      15000,
                      16000,
                      18000,
                      20000,
                      22000,
                      25000,
                      28000,
                      30000,
                      33000,
                      36000,
                      40000,
                      45000,
                      50000,
                      55000,
                      60000,
                      65000,
                      70000,
                      80000,
                      90000,
                      100000,
                      110000,
                      120000,
                      130000,
                      140000,
                      150000,
                      160000,
                      180000,
                      200000,
                      220000,
                      250000,
                      280000,
                      300000,
                      330000,
                      360000,
                      400000,
                      450000,
                      500000,
                      550000,
                      600000,
                      650000,
                      700000,
                      800000,
                      900000,
                      1000000,
                      1100000,
                      1200000,
                      1300000,
                      1400000,
                      1500000,
                      1600000,
                      1800000,
                      2000000,
                      2200000,
                      2500000,
                      2800000,
                      3000000,
                      3300000,
                      3600000,
                      4000000,
                      4500000,
                      5000000,
                      5500000,
                      6000000,
                      6500000,
                      7000000,
                      8000000,
                      9000000,
                      10000000,
                      11000000,
                      12000000,
                      13000000,
                      14000000,
                      15000000,
                      16000000,
                      18000000,
                      20000000,
                      22000000,
                      25000000,
                      28000000,
                      30000000,
                      33000000,
                      36000000,
                      40000000,
                      45000000,
                      50000000,
                      55000000,
                      60000000,
                      65000000,
                      70000000,
                      80000000,
                      90000000,
                      100000000,
                      110000000,
                      120000000,
                      130000000,
                      140000000,
                      150000000,
                      160000000,
                      180000000,
                      200000000,
                      220000000,
                      250000000,
                      280000000,
                      300000000,
                      330000000,
                      360000000,
                      400000000,
                      450000000,
                      500000000,
                      550000000,
                      600000000,
                      650000000,
                      700000000,
                      800000000,
                      900000000
                    ]::bigint[]
                  ) bound
                where
                  bound >= ms
              ),
              9007199254740991
            )
            else 0
          end as at_most_ms,
          case
            when name = 'busy' then 0
            else 1
          end as count,
          round(ms)::bigint as sum_ms
        from
          due
          cross join lateral (
            select
              1 as bit,
              'waiting' as name,
              created_at as at,
              '' as part,
              true as is_time,
              extract(
                epoch
                from
                  created_at - submitted_at
              ) * 1000 as ms
            where
              number = 1
              and not restored
            union all
            select
              2,
              'ended',
              ended_at,
              outcome,
              false,
              extract(
                epoch
                from
                  ended_at - created_at
              ) * 1000
            union all
            select
              4,
              'asked',
              stop_requested_at,
              '',
              false,
              0
            union all
            select
              8,
              'timeToDead',
              stop_requested_at,
              '',
              true,
              (stop_report ->> 'timeToDeadMs')::numeric
            union all
            select
              16,
              'timeToClean',
              stop_requested_at,
              '',
              true,
              (removal_report ->> 'timeToCleanMs')::numeric
            union all
            select
              32,
              'proven',
              stop_requested_at,
              '',
              true,
              greatest(
                0,
                extract(
                  epoch
                  from
                    proven_at - stop_requested_at
                ) * 1000
              )
            union all
            select
              2,
              'busy',
              part_of.hour,
              host,
              false,
              extract(
                epoch
                from
                  least(part_of.hour + interval '1 hour', ended_at) - greatest(part_of.hour, created_at)
              ) * 1000
            from
              generate_series(date_trunc('hour', created_at, 'UTC'), ended_at, interval '1 hour') as part_of (hour)
          ) fact
        where
          fresh & bit <> 0
          and ms is not null
        union all
        select
          'busy' as name,
          part_of.hour,
          a.host as part,
          0 as at_most_ms,
          0 as count,
          round(
            extract(
              epoch
              from
                least(part_of.hour + interval '1 hour', clock_timestamp()) - greatest(part_of.hour, a.created_at)
            ) * 1000
          )::bigint as sum_ms
        from
          jobs j
          join attempts a on a.id = j.attempt_id
          and a.outcome is null
          cross join lateral generate_series(date_trunc('hour', a.created_at, 'UTC'), clock_timestamp(), interval '1 hour') as part_of (hour)
        where
          j.status in ('RENDERING', 'CANCELLING')
        union all
        select
          'unproven',
          date_trunc('hour', stop_requested_at, 'UTC'),
          '',
          0,
          1,
          0
        from
          due
        where
          known & 4 <> 0
          and known & 32 = 0
          and stop_requested_at > clock_timestamp() - interval '30000 milliseconds'
      ) fact
    where
      hour >= case name
        when 'ended' then least($5::timestamptz, $6::timestamptz)
        else $7::timestamptz
      end
      and hour < $8::timestamptz
  )
select
  name,
  date_bin($9 * interval '1 millisecond', hour, $10::timestamptz) as hour,
  part,
  at_most_ms::float8 as "atMostMs",
  sum(count)::float8 as count,
  sum(sum_ms)::float8 as "sumMs"
from
  facts
group by
  1,
  2,
  3,
  4;

with
  waiting as (
    select
      created_at,
      attempts
    from
      jobs
    where
      queue_key is not null
    order by
      queue_key
    limit
      $1
  )
select
  coalesce(
    (
      array[
      -- … 192 lines as in read-the-measures.sql
      ]::bigint[]
    ) [
      1 + width_bucket(
        extract(
          epoch
          from
            clock_timestamp() - created_at
        )::float8 * 1000,
        (
          array[
          -- … 192 lines as in read-the-measures.sql
          ]::bigint[]
        )::float8[]
      )
    ],
    9007199254740991
  )::float8 as "atMostMs",
  count(*)::float8 as count
from
  waiting
where
  attempts = 0
group by
  1;

select
  name,
  slots
from
  render_hosts;

with
  failed as (
    select
      left(failure, $1) as failure,
      host
    from
      jobs
    where
      status = $2
      and ended_at is not null
      and ended_at >= $3::timestamptz
    order by
      status,
      ended_at desc nulls first,
      id
    limit
      $4
  )
select
  coalesce(failure, '') as failure,
  host,
  count(*)::float8 as count
from
  failed
group by
  1,
  2;

select
  queue_length ()::float8 as waiting,
  (
    select
      greatest(
        0,
        round(
          extract(
            epoch
            from
              clock_timestamp() - oldest.at
          ) * 1000
        )
      )
    from
      (
        select
          min(first.created_at) as at
        from
          generate_series(0::bigint, 100) level
          cross join lateral (
            select
              j.created_at
            from
              jobs j
            where
              j.queue_key >= level << 48
              and j.queue_key < (level + 1) << 48
            order by
              j.queue_key
            limit
              1
          ) first
      ) oldest
    where
      oldest.at is not null
  )::float8 as "oldestMs";

select
  date_bin($1 * interval '1 millisecond', at, $2::timestamptz) as at,
  max(waiting) as waiting,
  max(oldest_ms)::float8 as "oldestMs"
from
  queue_samples
where
  at >= $3::timestamptz
group by
  1
order by
  1;

select
  percentile_disc(0.5) within group (
    order by
      waiting
  ) as usual
from
  generate_series(1, 7) back
  join queue_samples s on s.at >= $1::timestamptz - back * interval '1 day' - interval '30 minutes'
  and s.at < $2::timestamptz - back * interval '1 day' + interval '30 minutes';
