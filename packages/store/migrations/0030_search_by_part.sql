DROP INDEX "jobs_search";--> statement-breakpoint
CREATE INDEX "jobs_search_queued" ON "jobs" USING gin (job_parts(name, id)) WITH (gin_pending_list_limit=512) WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_search_ended" ON "jobs" USING gin (job_parts(name, id)) WITH (gin_pending_list_limit=512) WHERE ended_at is not null;