ALTER TABLE "database_incarnations" ADD COLUMN "last_queue_seq" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "awaited_hosts" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "journal_sent_to" text;--> statement-breakpoint
CREATE INDEX "jobs_awaiting" ON "jobs" USING btree ("id") WHERE awaited_hosts <> '[]'::jsonb;--> statement-breakpoint
-- The hosts that have not sent their journal to this life of the database. A host that signed off
-- runs nothing, and one that an admin wrote off is not waited for. With the owner's rights, because
-- a host's own login does not see other hosts and may restore a cancel.
CREATE FUNCTION unreported_hosts(life text) RETURNS TABLE (name text, host_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT h.name, h.host_id FROM render_hosts h
  WHERE h.journal_sent_to IS DISTINCT FROM $1
    AND h.stopped_at IS NULL AND h.gone_at IS NULL AND h.released_at IS NULL
$$;
