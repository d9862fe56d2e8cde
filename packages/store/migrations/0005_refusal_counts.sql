CREATE TABLE "refusal_counts" (
	"minute" timestamp (3) with time zone NOT NULL,
	"who" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"address" text,
	"whole" integer NOT NULL,
	"more" jsonb NOT NULL,
	CONSTRAINT "refusal_counts_pkey" PRIMARY KEY("minute","who")
);
