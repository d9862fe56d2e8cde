CREATE TABLE "job_callbacks" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"secret" text NOT NULL,
	"origin_hash" smallint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "job_callbacks" ADD CONSTRAINT "job_callbacks_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;