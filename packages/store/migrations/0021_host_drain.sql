ALTER TABLE "render_hosts" ADD COLUMN "drained_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "drained_by" text;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "drain_reason" text;