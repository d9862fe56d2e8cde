-- A farm that ran the first words of 0019 has this index, and the extension pg_trgm for it.
DROP INDEX IF EXISTS "audit_log_text";--> statement-breakpoint
-- The parts of three letters of a text, as job_parts has those of a job: find_parts asks for them.
CREATE FUNCTION text_parts(value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
  SELECT array_to_tsvector(array(
    SELECT substr(t, i, 3) FROM lower($1) t, generate_series(1, length(t)) i))
$$;
--> statement-breakpoint
CREATE INDEX "audit_log_parts" ON "audit_log" USING gin (text_parts((actor || ' ' || coalesce(reason, '') || ' ' || coalesce(after->>'user', before->>'user', after->>'token', before->>'token', after->>'host', before->>'host', ''))));
