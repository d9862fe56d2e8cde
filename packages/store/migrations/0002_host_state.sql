-- Every daemon registers its host anew at its start.
DELETE FROM "render_hosts";--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "usage" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "job_definitions" ADD COLUMN "limits" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "boot_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "start_token" text NOT NULL;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "trouble" text;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "free_bytes" bigint;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "leftover_folders" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "unclaimed_processes" integer DEFAULT 0 NOT NULL;