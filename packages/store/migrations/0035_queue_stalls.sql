CREATE TABLE "queue_stalls" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"seen_ms" bigint DEFAULT 0 NOT NULL,
	"told_since" timestamp (3) with time zone,
	CONSTRAINT "queue_stalls_one_row" CHECK (only_row)
);
