-- Before the first release, these functions and an index were named after parts of a text. A new
-- name keeps the indexes that use the functions.
DO $$ BEGIN
  IF to_regprocedure('public.job_parts(text, uuid)') IS NOT NULL THEN
    ALTER FUNCTION public.text_parts(text) RENAME TO text_trigrams;
    ALTER FUNCTION public.job_parts(text, uuid) RENAME TO job_trigrams;
    ALTER FUNCTION public.find_parts(text) RENAME TO find_trigrams;
    ALTER INDEX public.audit_log_parts RENAME TO audit_log_trigrams;
  END IF;
END $$;

-- The trigrams of a text in small letters: one begins at each letter, and the last two are shorter.
-- A search asks for them with find_trigrams. The function is written in plpgsql because a session
-- keeps the plan: PostgreSQL would plan the body of an SQL function again for each statement that
-- writes a row of the index. No function here calls another one, because ANALYZE and a restore look
-- up functions in pg_catalog only. It does not need the extension pg_trgm, so it works on every
-- PostgreSQL. The high cost tells the planner to read the trigrams from an index instead of
-- computing them for each row.
CREATE OR REPLACE FUNCTION text_trigrams(value text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
  t text := lower(value);
  trigrams text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    trigrams[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(trigrams);
END $$;

-- The trigrams of a job's name and id.
CREATE OR REPLACE FUNCTION job_trigrams(name text, id uuid) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t text := lower(name || ' ' || id::text);
  trigrams text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    trigrams[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(trigrams);
END $$;

-- The query that asks for all trigrams of a text. A text of one or two letters matches the start of
-- a trigram.
CREATE OR REPLACE FUNCTION find_trigrams(wanted text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(
      '''' || replace(replace(substr(t, i, 3), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN length(t) < 3 THEN ':*' ELSE '' END, ' & ')::tsquery
  FROM lower($1) t, generate_series(1, greatest(length(t) - 2, 1)) i
$$;
