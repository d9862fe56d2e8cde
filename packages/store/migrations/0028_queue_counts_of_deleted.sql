-- Who deletes waiting jobs by hand, or empties the table, makes the counts of the queue void in the
-- same transaction: until they are made anew, positions count the jobs. A statement costs one call.
CREATE FUNCTION void_queue_counts() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM gone WHERE queue_key IS NOT NULL) THEN RETURN NULL; END IF;
  END IF;
  UPDATE queue_folds SET writer = NULL WHERE in_force;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER void_queue_counts_of_deleted AFTER DELETE ON jobs
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();
--> statement-breakpoint
CREATE TRIGGER void_queue_counts_of_all AFTER TRUNCATE ON jobs
  FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();
