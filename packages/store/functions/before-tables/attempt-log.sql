-- Bytes of the text of a chunk in UTF-8: each line and its end. It is in a generated column, so the
-- place of a chunk in the log never changes, whoever wrote it.
CREATE OR REPLACE FUNCTION log_bytes(lines jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(octet_length(line) + 1), 0)::integer
  FROM pg_catalog.jsonb_array_elements_text($1) AS line
$$;
