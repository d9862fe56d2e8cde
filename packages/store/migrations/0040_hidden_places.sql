ALTER TABLE "job_definitions" ADD COLUMN "hidden" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE OR REPLACE FUNCTION copy_order(source uuid, copy uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
    SELECT copy, nexrender_job, limits, hidden, job_id FROM job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  IF NOT FOUND THEN RAISE 'the order of job % cannot be copied', source; END IF;
  INSERT INTO job_secrets (job_id, secrets)
    SELECT copy, secrets FROM job_secrets WHERE job_id = source;
END $$;
