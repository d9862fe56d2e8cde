ALTER TABLE "attempts" ADD COLUMN "publications" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "all_published" boolean DEFAULT false NOT NULL;