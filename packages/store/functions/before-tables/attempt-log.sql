-- The size of a chunk's text in UTF-8, in bytes: each line with its line feed. A generated column
-- has this value, so the place of a chunk in the log never changes and no writer can change it.
CREATE OR REPLACE FUNCTION log_bytes(lines jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(octet_length(line) + 1), 0)::integer
  FROM pg_catalog.jsonb_array_elements_text($1) AS line
$$;
