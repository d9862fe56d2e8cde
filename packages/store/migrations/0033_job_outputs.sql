CREATE TABLE "job_outputs" (
	"attempt_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"path" text NOT NULL,
	"published_at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"bytes" bigint NOT NULL,
	"files" integer NOT NULL,
	"sha256" text,
	"seconds" double precision,
	"codec" text,
	"width" integer,
	"height" integer,
	"frames" integer,
	"why" text,
	CONSTRAINT "job_outputs_pkey" PRIMARY KEY("attempt_id","number"),
	CONSTRAINT "job_outputs_numbers" CHECK (number between 1 and 64),
	CONSTRAINT "job_outputs_short" CHECK (length(path) <= 8192 and length(codec) <= 80 and sha256 ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "job_outputs_positive" CHECK (bytes >= 0 and files >= 0 and seconds >= 0 and width >= 0 and height >= 0
        and frames >= 0),
	CONSTRAINT "job_outputs_kind_known" CHECK (kind in ('file', 'sequence', 'files')),
	CONSTRAINT "job_outputs_why_known" CHECK (why in ('noFfprobe', 'unreadable', 'tooLong', 'late', 'several'))
);
--> statement-breakpoint
ALTER TABLE "job_outputs" ADD CONSTRAINT "job_outputs_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE cascade ON UPDATE no action;