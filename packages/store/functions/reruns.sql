-- Copies a job's definition and secrets together to a job that has none. The caller cannot read a
-- secret, and cannot join a secret to another definition (decision 0033).
CREATE OR REPLACE FUNCTION copy_order(source uuid, copy uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
    SELECT copy, nexrender_job, limits, hidden, job_id FROM public.job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  IF NOT FOUND THEN RAISE 'the order of job % cannot be copied', source; END IF;
  INSERT INTO public.job_secrets (job_id, secrets)
    SELECT copy, secrets FROM public.job_secrets WHERE job_id = source;
END $$;
