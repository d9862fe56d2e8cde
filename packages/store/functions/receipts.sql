-- The incarnation of the database that this statement runs in, as database_incarnations stores it.
CREATE OR REPLACE FUNCTION database_incarnation() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), this_database.oid,
    to_regclass('public.job_changes')::oid)
  FROM pg_control_system() control, pg_database this_database
  WHERE this_database.datname = current_database()
$$;

-- Continues the numbers of receipts beyond every number that an earlier incarnation may have given
-- and this database has lost. It adds a million, and one for each second since the last known
-- series began, so that two restores of one backup give different numbers (decision 0045). The lock
-- lets only one transaction do this. A sequence does not roll back, so a rollback here leaves a
-- hole in the numbers.
CREATE OR REPLACE FUNCTION start_receipt_series(of_incarnation text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  past bigint;
BEGIN
  PERFORM public.take_work_lock('receiptSeries');
  IF EXISTS (SELECT FROM public.receipt_series
      WHERE incarnation = of_incarnation AND over_at IS NULL) THEN RETURN; END IF;
  SELECT greatest(
      (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM public.receipts_number_seq),
      (SELECT max(number) FROM public.receipts), max(after)) + 1000000
    + greatest(0, extract(epoch FROM clock_timestamp() - max(begun_at))::bigint)
    INTO past FROM public.receipt_series;
  PERFORM setval('public.receipts_number_seq', past);
  INSERT INTO public.receipt_series (incarnation, after) VALUES (of_incarnation, past);
END $$;

-- The series of an incarnation begins when an API opens the incarnation. So a host with an open
-- transaction never holds the lock of the series. Rows that a restore brings belong to other
-- incarnations and begin none.
CREATE OR REPLACE FUNCTION begin_series_of_incarnation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF new.incarnation = public.database_incarnation() THEN
    PERFORM public.start_receipt_series(new.incarnation);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER begin_series_of_incarnation AFTER INSERT ON database_incarnations
  FOR EACH ROW EXECUTE FUNCTION begin_series_of_incarnation();

-- A deletion from database_incarnations means that the rows of this database went back in time.
-- Nothing else shows this for a copy that was not promoted, or for data that were restored into
-- existing tables.
CREATE OR REPLACE FUNCTION end_receipt_series() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  UPDATE public.receipt_series SET over_at = clock_timestamp() WHERE over_at IS NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER end_receipt_series AFTER DELETE ON database_incarnations
  FOR EACH STATEMENT EXECUTE FUNCTION end_receipt_series();

-- Numbers the receipt in the transaction that stores the stop request, for every writer. Runs with
-- the rights of the owner, because no program may choose a number (decision 0034). A stop request
-- that is restored after a failover lost it keeps the number that its job has.
CREATE OR REPLACE FUNCTION number_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_incarnation text := public.database_incarnation();
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT EXISTS (SELECT FROM public.receipt_series
      WHERE incarnation = of_incarnation AND over_at IS NULL) THEN
    IF public.is_host_login() THEN
      PERFORM public.refuse_host_login(
        'stop a job before an API knows this incarnation of the database');
    END IF;
    PERFORM public.start_receipt_series(of_incarnation);
  END IF;
  INSERT INTO public.receipts (job_id) VALUES (new.id) ON CONFLICT (job_id) DO NOTHING;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER number_receipt AFTER UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (old.stop_requested_at IS NULL AND new.stop_requested_at IS NOT NULL)
  EXECUTE FUNCTION number_receipt();

CREATE OR REPLACE TRIGGER number_inserted_receipt AFTER INSERT ON jobs FOR EACH ROW
  WHEN (new.stop_requested_at IS NOT NULL) EXECUTE FUNCTION number_receipt();

-- The first incarnation of the database starts its numbers at 1.
INSERT INTO receipt_series (incarnation, after)
  SELECT database_incarnation(), coalesce(max(number), 0) FROM receipts
  HAVING NOT EXISTS (SELECT FROM receipt_series);
