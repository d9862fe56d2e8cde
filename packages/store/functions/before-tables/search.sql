-- The trigrams of a text, one from each letter on, in small letters; the last two are shorter.
-- find_parts asks for them. In a language whose plan a session keeps: PostgreSQL plans the body of
-- an SQL function again for each statement that writes a row of the index. Neither function calls
-- the other: ANALYZE and a restore look functions up in pg_catalog alone. Without the extension
-- pg_trgm, so that it works on every PostgreSQL. The cost keeps the planner from computing it for
-- each row where an index has it.
CREATE OR REPLACE FUNCTION text_parts(value text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
  t text := lower(value);
  parts text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    parts[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(parts);
END $$;

-- The trigrams of a job's name and id.
CREATE OR REPLACE FUNCTION job_parts(name text, id uuid) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t text := lower(name || ' ' || id::text);
  parts text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    parts[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(parts);
END $$;

-- Asks for all trigrams of a text. A text of one or two letters is the start of a trigram.
CREATE OR REPLACE FUNCTION find_parts(wanted text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(
      '''' || replace(replace(substr(t, i, 3), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN length(t) < 3 THEN ':*' ELSE '' END, ' & ')::tsquery
  FROM lower($1) t, generate_series(1, greatest(length(t) - 2, 1)) i
$$;
