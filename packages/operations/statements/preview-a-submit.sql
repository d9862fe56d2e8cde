select
  queue_position ($1::bigint) as position,
  queue_length () as queued,
  statement_timestamp()::text as at;
