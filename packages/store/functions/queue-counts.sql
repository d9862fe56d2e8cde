-- A name for the current transaction that no other transaction of any cluster has.
CREATE OR REPLACE FUNCTION this_transaction() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$$;

-- Changes of the queue that the counts do not contain: those of transactions that the last fold did
-- not see. It always uses the index of transactions. Without these settings, after one transaction
-- with very many changes (an import), the planner used the ids instead and read every stored
-- change.
CREATE OR REPLACE FUNCTION unfolded_changes(fold queue_folds)
RETURNS TABLE (q_from bigint, q_to bigint) LANGUAGE sql STABLE AS $$
  SELECT c.q_from, c.q_to FROM job_changes c
  WHERE (c.q_from IS NOT NULL OR c.q_to IS NOT NULL) AND c.id + 0 > (fold).after_id
    AND c.xid >= pg_snapshot_xmax((fold).snap)
  UNION ALL
  SELECT c.q_from, c.q_to FROM job_changes c
  WHERE (c.q_from IS NOT NULL OR c.q_to IS NOT NULL) AND c.id + 0 > (fold).after_id
    AND c.xid = ANY (array(SELECT pg_snapshot_xip((fold).snap)))
$$;

CREATE OR REPLACE FUNCTION queue_length() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT queue_position(9223372036854775807) - 1
$$;

-- A key with at most this many jobs before it, near the first job that has more jobs before it. A
-- jump in the queue starts at this key, and queue_position gives the exact number of jobs before
-- it. 0 if there are no counts.
CREATE OR REPLACE FUNCTION queue_edge(jobs_before bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  fold queue_folds;
  edge bigint := 0;
  block bigint;
  wanted bigint;
  low bigint := 0;
  high bigint := 32768;
  step record;
BEGIN
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN 0; END IF;
  -- Each change that the counts do not contain may have put one more job before a block.
  wanted := jobs_before - (SELECT count(*) FROM unfolded_changes(fold));
  IF wanted <= 0 THEN RETURN 0; END IF;
  FOR step IN SELECT * FROM (VALUES (3, 48, 24), (2, 24, 7), (1, 17, 7), (0, 10, 0))
      AS levels (lvl, bits, wide) ORDER BY lvl DESC LOOP
    SELECT blk, wanted - before INTO block, wanted FROM (
      SELECT q.blk, sum(q.n) OVER (ORDER BY q.blk) - q.n AS before FROM queue_counts q
      WHERE q.lvl = step.lvl AND q.blk >= low AND q.blk < high) blocks
    WHERE before <= wanted ORDER BY blk DESC LIMIT 1;
    EXIT WHEN NOT FOUND;
    edge := block << step.bits;
    low := block << step.wide;
    high := (block + 1) << step.wide;
  END LOOP;
  RETURN edge;
END $$;

-- Adds to the counts the changes that they do not contain, and gives the number of these changes;
-- -1 while another session folds, -2 if a recount must come first. A separate statement takes the
-- lock, so that the snapshot of the next statement is younger than the lock. One statement changes
-- the counts and the snapshot together.
CREATE OR REPLACE FUNCTION queue_fold() RETURNS bigint
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashagg = off AS $$
DECLARE
  fold queue_folds;
  levels smallint[];
  blocks bigint[];
  changes bigint;
BEGIN
  IF NOT try_work_lock('queueCounts') THEN RETURN -1; END IF;
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN -2; END IF;
  WITH unfolded AS MATERIALIZED (
    SELECT q_from, q_to FROM unfolded_changes(fold)
  ), small AS (
    SELECT blk, sum(n) AS n FROM (
      SELECT q_from >> 10 AS blk, -1 AS n FROM unfolded WHERE q_from IS NOT NULL
      UNION ALL SELECT q_to >> 10, 1 FROM unfolded WHERE q_to IS NOT NULL) each_change
    GROUP BY blk HAVING sum(n) <> 0
  ), counted AS (
    INSERT INTO queue_counts AS q (lvl, blk, n)
    SELECT l.lvl, small.blk >> l.bits, sum(small.n) FROM small
      CROSS JOIN (VALUES (0::smallint, 0), (1::smallint, 7), (2::smallint, 14), (3::smallint, 38))
        AS l (lvl, bits)
    GROUP BY 1, 2 HAVING sum(small.n) <> 0 ORDER BY 1, 2
    ON CONFLICT (lvl, blk) DO UPDATE SET n = q.n + excluded.n
    RETURNING q.lvl, q.blk, q.n
  ), folded AS (
    UPDATE queue_folds SET snap = pg_current_snapshot(), folded_at = clock_timestamp(),
      writer = this_transaction()
    WHERE only_row AND in_force AND EXISTS (SELECT FROM unfolded)
  )
  SELECT array_agg(lvl) FILTER (WHERE n = 0), array_agg(blk) FILTER (WHERE n = 0),
    (SELECT count(*) FROM unfolded) INTO levels, blocks, changes FROM counted;
  DELETE FROM queue_counts q USING unnest(levels, blocks) AS empty (lvl, blk)
  WHERE q.lvl = empty.lvl AND q.blk = empty.blk AND q.n = 0;
  RETURN changes;
END $$;

-- Calculates the counts again from the jobs. No writer waits for it. Until it commits, readers see
-- the old counts. Change rows from a dump belong to transactions that this snapshot does not see,
-- so their last id is saved.
CREATE OR REPLACE FUNCTION queue_recount() RETURNS void
LANGUAGE plpgsql SET jit = off SET enable_hashagg = off AS $$
BEGIN
  PERFORM take_work_lock('queueCounts');
  DELETE FROM queue_counts;
  WITH small AS (
    SELECT queue_key >> 10 AS blk, count(*) AS n FROM jobs WHERE queue_key IS NOT NULL GROUP BY 1
  ), counted AS (
    INSERT INTO queue_counts (lvl, blk, n)
    SELECT l.lvl, blk >> l.bits, sum(n) FROM small
      CROSS JOIN (VALUES (0::smallint, 0), (1::smallint, 7), (2::smallint, 14), (3::smallint, 38))
        AS l (lvl, bits)
    GROUP BY 1, 2
  )
  INSERT INTO queue_folds AS f (snap, after_id, writer)
  SELECT pg_current_snapshot(), coalesce(max(c.id), 0),
    this_transaction()
  FROM job_changes c
  WHERE c.xid >= pg_snapshot_xmin(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(c.xid, pg_current_snapshot())
  ON CONFLICT (only_row) DO UPDATE SET snap = excluded.snap, after_id = excluded.after_id,
    folded_at = clock_timestamp(), writer = excluded.writer;
END $$;

-- The blocks whose count, together with the changes that it does not contain, differs from the
-- number of their jobs: then somebody wrote to jobs without a change row. No rows if there are no
-- counts. It sorts (decision 0106).
CREATE OR REPLACE FUNCTION queue_faults()
RETURNS TABLE (lvl integer, blk bigint, counted bigint, waiting bigint)
LANGUAGE sql STABLE SET jit = off SET enable_hashagg = off SET enable_hashjoin = off AS $$
  WITH fold AS MATERIALIZED (
    SELECT f FROM queue_folds f WHERE only_row AND in_force
  ), unfolded AS MATERIALIZED (
    SELECT u.q_from, u.q_to FROM fold, unfolded_changes(fold.f) u
  ), levels (lvl, bits) AS (
    VALUES (0, 0), (1, 7), (2, 14), (3, 38)
  ), counted AS (
    SELECT lvl, blk, sum(n)::bigint AS n FROM (
      SELECT q.lvl::integer, q.blk, q.n FROM queue_counts q
      UNION ALL SELECT l.lvl, u.q_to >> 10 >> l.bits, 1 FROM unfolded u, levels l
        WHERE u.q_to IS NOT NULL
      UNION ALL SELECT l.lvl, u.q_from >> 10 >> l.bits, -1 FROM unfolded u, levels l
        WHERE u.q_from IS NOT NULL) all_counts (lvl, blk, n)
    GROUP BY 1, 2
  ), small AS (
    SELECT queue_key >> 10 AS blk, count(*) AS n FROM jobs WHERE queue_key IS NOT NULL GROUP BY 1
  ), waiting AS (
    SELECT l.lvl, small.blk >> l.bits AS blk, sum(small.n)::bigint AS n FROM small, levels l
    GROUP BY 1, 2
  )
  SELECT coalesce(c.lvl, r.lvl), coalesce(c.blk, r.blk), coalesce(c.n, 0), coalesce(r.n, 0)
  FROM counted c FULL JOIN waiting r ON c.lvl = r.lvl AND c.blk = r.blk
  WHERE coalesce(c.n, 0) <> coalesce(r.n, 0) AND EXISTS (SELECT FROM fold)
$$;

-- If somebody deletes waiting jobs by hand or empties the table, the counts of the queue become
-- void in the same transaction. Until a recount, positions are counted from the jobs. The trigger
-- runs once for each statement. A deletion takes the lock of folds, so that no recount that still
-- saw the deleted jobs is running and none begins before the deletion ends. A separate statement
-- takes the lock, so that the update sees what a recount wrote. TRUNCATE locks the table, and a
-- recount waits for that lock.
CREATE OR REPLACE FUNCTION void_queue_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM gone WHERE queue_key IS NOT NULL) THEN RETURN NULL; END IF;
    PERFORM public.take_work_lock('queueCounts');
  END IF;
  -- Updates void rows too, so that a deletion or recount with an older snapshot (repeatable read)
  -- fails here.
  UPDATE public.queue_folds SET writer = NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER void_queue_counts_of_deleted AFTER DELETE ON jobs
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();

CREATE OR REPLACE TRIGGER void_queue_counts_of_all AFTER TRUNCATE ON jobs
  FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();
