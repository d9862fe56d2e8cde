ALTER TABLE "render_hosts" ADD COLUMN "session" integer;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "booted_at" timestamp (3) with time zone;