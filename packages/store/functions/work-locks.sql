-- Takes a lock of work_locks until the transaction ends. Each name is a row (store's WORK_LOCKS).
CREATE OR REPLACE FUNCTION take_work_lock(work text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE;
  IF NOT FOUND THEN RAISE 'the lock % is missing in work_locks', work; END IF;
END $$;

-- As take_work_lock, but it does not wait: it is false if another transaction has the lock.
CREATE OR REPLACE FUNCTION try_work_lock(work text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE SKIP LOCKED;
  IF FOUND THEN RETURN true; END IF;
  IF EXISTS (SELECT FROM public.work_locks WHERE name = work) THEN RETURN false; END IF;
  RAISE 'the lock % is missing in work_locks', work;
END $$;
