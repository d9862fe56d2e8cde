CREATE TABLE "forecast_errors" (
	"bin" smallint PRIMARY KEY NOT NULL,
	"errors" real[] NOT NULL,
	"low" real NOT NULL,
	"high" real NOT NULL
);
--> statement-breakpoint
CREATE TABLE "forecast_samples" (
	"job_id" uuid NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"said_s" integer NOT NULL,
	"filling" boolean NOT NULL,
	CONSTRAINT "forecast_samples_pkey" PRIMARY KEY("job_id","made_at")
);
--> statement-breakpoint
CREATE TABLE "queue_forecasts" (
	"tags" text COLLATE "C" PRIMARY KEY NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"slots" integer NOT NULL,
	"edges" integer[] NOT NULL,
	"starts" integer[] NOT NULL,
	"earliest" integer[] NOT NULL,
	"latest" integer[] NOT NULL
);
