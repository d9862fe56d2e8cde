CREATE TABLE "job_pictures" (
	"attempt_id" uuid NOT NULL,
	"slot" smallint NOT NULL,
	"number" integer NOT NULL,
	"frame" integer,
	"moment" text,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"width" smallint DEFAULT 0 NOT NULL,
	"height" smallint DEFAULT 0 NOT NULL,
	"picture" "bytea",
	"small" "bytea",
	"why" text,
	CONSTRAINT "job_pictures_pkey" PRIMARY KEY("attempt_id","slot"),
	CONSTRAINT "job_pictures_slots" CHECK (slot between 0 and 5),
	CONSTRAINT "job_pictures_whole" CHECK ((slot = 0) = (picture is null) and (slot = 0) = (small is null)
        and (slot = 0) = (why is not null)),
	CONSTRAINT "job_pictures_small" CHECK (coalesce(octet_length(picture), 0) <= 40000 and coalesce(octet_length(small), 0) <= 4000 and width between 0 and 320 and height between 0 and 320),
	CONSTRAINT "job_pictures_moment_known" CHECK (moment in ('first', 'middle', 'last')),
	CONSTRAINT "job_pictures_why_known" CHECK (why in ('off', 'cannot', 'noFfmpeg', 'film', 'noFile', 'tooLarge', 'unreadable'))
);
--> statement-breakpoint
ALTER TABLE "job_pictures" ADD CONSTRAINT "job_pictures_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE cascade ON UPDATE no action;