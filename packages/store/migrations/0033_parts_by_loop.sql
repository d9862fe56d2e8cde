-- The same parts as before, in a language whose plan a session keeps: PostgreSQL plans the body of
-- an SQL function again for each statement that writes a row of the index. Neither calls the other:
-- ANALYZE and a restore look functions up in pg_catalog alone.
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION job_parts(name text, id uuid) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
  t text := lower(name || ' ' || id::text);
  parts text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    parts[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(parts);
END $$;
