-- A stop request that comes back after a failover lost it keeps the number that its job has.
CREATE OR REPLACE FUNCTION number_receipt() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO receipts (job_id) VALUES (new.id) ON CONFLICT (job_id) DO NOTHING;
  RETURN NULL;
END $$;
