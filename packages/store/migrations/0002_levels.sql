ALTER TABLE "applied_functions" ADD COLUMN "level" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "applied_functions" ADD COLUMN "least_level" integer DEFAULT 1 NOT NULL;