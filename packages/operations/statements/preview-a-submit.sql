select
  position,
  queue_length () as queued,
  forecast_at ('', position) as start,
  statement_timestamp()::text as at
from
  (
    select
      queue_position ($1::bigint) as position
    offset
      0
  ) place;
