-- The parts of three letters of a job's name and id, one from each letter on, in small letters; the
-- last two are shorter. A text that a job has gives parts that the job has. Without an extension
-- such as pg_trgm, so that it works on every PostgreSQL. The cost keeps the planner from computing
-- it for each row where jobs_search has it.
CREATE FUNCTION job_parts(name text, id uuid) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
  SELECT array_to_tsvector(array(
    SELECT substr(t, i, 3) FROM lower($1 || ' ' || $2::text) t, generate_series(1, length(t)) i))
$$;
--> statement-breakpoint
-- Asks for all parts of a text. A text of one or two letters is the start of a part.
CREATE FUNCTION find_parts(wanted text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(
      '''' || replace(replace(substr(t, i, 3), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN length(t) < 3 THEN ':*' ELSE '' END, ' & ')::tsquery
  FROM lower($1) t, generate_series(1, greatest(length(t) - 2, 1)) i
$$;
--> statement-breakpoint
CREATE INDEX "jobs_search" ON "jobs" USING gin (job_parts(name, id)) WITH (gin_pending_list_limit=512);--> statement-breakpoint
CREATE INDEX "jobs_of_submitter" ON "jobs" USING btree ("submitted_by","queue_key") WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended_of_submitter" ON "jobs" USING btree ("submitted_by","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended_on_host" ON "jobs" USING btree ("host","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended_with_status" ON "jobs" USING btree ("status","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;