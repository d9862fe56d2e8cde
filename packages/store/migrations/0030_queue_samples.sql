CREATE TABLE "queue_samples" (
	"at" timestamp (3) with time zone PRIMARY KEY NOT NULL,
	"waiting" integer NOT NULL,
	"oldest_ms" bigint
);
