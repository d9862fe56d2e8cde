-- Who deletes waiting jobs by hand, or empties the table, makes the counts of the queue void in the
-- same transaction: until they are made anew, positions count the jobs. A statement costs one call.
-- A deletion takes the lock of folds, so that no recount is under way that still saw the jobs, and
-- none begins before the deletion is over. A statement of its own takes it: the update then sees
-- what the recount wrote. TRUNCATE has the lock of the table, for which a recount waits.
CREATE OR REPLACE FUNCTION void_queue_counts() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM gone WHERE queue_key IS NOT NULL) THEN RETURN NULL; END IF;
    PERFORM pg_advisory_xact_lock(7701);
  END IF;
  -- Void ones too: a deletion or recount whose snapshot is older (repeatable read) fails here.
  UPDATE queue_folds SET writer = NULL;
  RETURN NULL;
END $$;
