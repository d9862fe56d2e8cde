CREATE TABLE "receipts" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "receipts_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job_id" uuid NOT NULL,
	CONSTRAINT "receipts_job" UNIQUE("job_id")
);
--> statement-breakpoint
ALTER TABLE "job_definitions" ADD COLUMN "rerun_of" uuid;--> statement-breakpoint
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "job_definitions_rerun_of" ON "job_definitions" USING btree ("rerun_of") WHERE rerun_of is not null;--> statement-breakpoint
-- Receipts of older cancels, in the order in which they were asked for.
INSERT INTO "receipts" ("job_id")
  SELECT id FROM "jobs" WHERE stop_requested_at IS NOT NULL ORDER BY stop_requested_at, id;
--> statement-breakpoint
-- Numbers the receipt in the transaction that stores the stop request, whoever stores it. With the
-- owner's rights, because no program may choose a number (docs/decisions/0034-receipt-numbers.md).
CREATE FUNCTION number_receipt() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO receipts (job_id) VALUES (new.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER number_receipt AFTER UPDATE OF stop_requested_at ON "jobs" FOR EACH ROW
  WHEN (old.stop_requested_at IS NULL AND new.stop_requested_at IS NOT NULL)
  EXECUTE FUNCTION number_receipt();
--> statement-breakpoint
CREATE TRIGGER number_inserted_receipt AFTER INSERT ON "jobs" FOR EACH ROW
  WHEN (new.stop_requested_at IS NOT NULL) EXECUTE FUNCTION number_receipt();
--> statement-breakpoint
-- Copies a job's definition and its secrets together to a job that has none. The caller reads no
-- secret and cannot give a secret to another definition (docs/decisions/0033-run-again.md).
CREATE FUNCTION copy_order(source uuid, copy uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO job_definitions (job_id, nexrender_job, limits, rerun_of)
    SELECT copy, nexrender_job, limits, job_id FROM job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  IF NOT FOUND THEN RAISE 'the order of job % cannot be copied', source; END IF;
  INSERT INTO job_secrets (job_id, secrets)
    SELECT copy, secrets FROM job_secrets WHERE job_id = source;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION copy_order(uuid, uuid) FROM PUBLIC;
