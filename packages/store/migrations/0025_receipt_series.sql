CREATE TABLE "receipt_series" (
	"incarnation" text NOT NULL,
	"after" bigint NOT NULL,
	"begun_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"over_at" timestamp (3) with time zone,
	CONSTRAINT "receipt_series_pkey" PRIMARY KEY("incarnation","begun_at")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "receipt_series_open" ON "receipt_series" USING btree ("incarnation") WHERE over_at is null;--> statement-breakpoint
-- The life of the database that this statement runs in, as in database_incarnations.
CREATE FUNCTION database_life() RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), life_of.oid,
    to_regclass('job_changes')::oid)
  FROM pg_control_system() control, pg_database life_of
  WHERE life_of.datname = current_database()
$$;
--> statement-breakpoint
-- The numbers of this life go on from those that were given so far.
INSERT INTO receipt_series (incarnation, after)
  SELECT database_life(), coalesce(max(number), 0) FROM receipts;
--> statement-breakpoint
-- Leaps past the numbers that an earlier life may have given and this one does not have: by a
-- million, and by one for each second since the last series that is known began, so that two
-- restores of one backup give other numbers (docs/decisions/0045-receipt-series.md). The lock lets
-- one transaction leap. A sequence does not roll back: a leap that does leaves a hole.
CREATE FUNCTION begin_receipt_series(life text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  past bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7709);
  IF EXISTS (SELECT FROM receipt_series WHERE incarnation = life AND over_at IS NULL) THEN RETURN;
  END IF;
  SELECT greatest((SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM receipts_number_seq),
      (SELECT max(number) FROM receipts), max(after)) + 1000000
    + greatest(0, extract(epoch FROM clock_timestamp() - max(begun_at))::bigint)
    INTO past FROM receipt_series;
  PERFORM setval('receipts_number_seq', past);
  INSERT INTO receipt_series (incarnation, after) VALUES (life, past);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION begin_receipt_series(text) FROM PUBLIC;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION number_receipt() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  life text := database_life();
BEGIN
  IF NOT EXISTS (SELECT FROM receipt_series WHERE incarnation = life AND over_at IS NULL) THEN
    PERFORM begin_receipt_series(life);
  END IF;
  INSERT INTO receipts (job_id) VALUES (new.id) ON CONFLICT (job_id) DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Who deletes from database_incarnations says that the rows of this database went back. Only that
-- tells a copy that was not promoted, and data that were restored into tables that were there.
CREATE FUNCTION end_receipt_series() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE receipt_series SET over_at = clock_timestamp() WHERE over_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER end_receipt_series AFTER DELETE ON database_incarnations
  FOR EACH STATEMENT EXECUTE FUNCTION end_receipt_series();
