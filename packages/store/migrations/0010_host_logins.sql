CREATE TABLE "host_logins" (
	"host" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "host_login" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "restored" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "host_login" text;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "host_login" text;