-- The place in the queue of the job with this key; 1 is next. It is exact for the snapshot of the
-- calling statement. It adds up the blocks before the key, the changes that these blocks do not
-- contain, and the few jobs in the key's own block. Without counts it counts the jobs.
CREATE OR REPLACE FUNCTION queue_position(k bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  fold queue_folds;
  edge bigint := (k >> 10) << 10;
BEGIN
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN (SELECT 1 + count(*) FROM jobs WHERE queue_key < k); END IF;
  RETURN (SELECT 1
    + coalesce((SELECT sum(n) FROM queue_counts WHERE lvl = 3 AND blk < k >> 48), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 2 AND blk >= (k >> 48) << 24 AND blk < k >> 24), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 1 AND blk >= (k >> 24) << 7 AND blk < k >> 17), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 0 AND blk >= (k >> 17) << 7 AND blk < k >> 10), 0)
    + coalesce((SELECT sum((CASE WHEN q_to < edge THEN 1 ELSE 0 END)
        - (CASE WHEN q_from < edge THEN 1 ELSE 0 END)) FROM unfolded_changes(fold)), 0)
    + (SELECT count(*) FROM jobs WHERE queue_key >= edge AND queue_key < k));
END $$;

-- The places of these keys, all of one snapshot. If few other jobs are between them, as on a page
-- of the queue, one statement numbers all of them. Otherwise each place is counted from the
-- previous key if that key is near.
CREATE OR REPLACE FUNCTION queue_positions(keys bigint[]) RETURNS TABLE (key bigint, place bigint)
LANGUAGE plpgsql STABLE ROWS 100
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  lowest bigint := (SELECT min(k) FROM unnest(keys) k);
  highest bigint := (SELECT max(k) FROM unnest(keys) k);
  few bigint := 20 + 2 * cardinality(keys);
  previous bigint;
  gap bigint;
  near bigint;
BEGIN
  IF lowest IS NULL THEN RETURN; END IF;
  SELECT count(*) INTO gap FROM (
    SELECT FROM jobs WHERE queue_key >= lowest AND queue_key < highest LIMIT few) between_them;
  IF gap < few THEN
    place := queue_position(lowest);
    RETURN QUERY SELECT k, place + before FROM (
      SELECT k, is_asked, count(*) FILTER (WHERE NOT is_asked)
        OVER (ORDER BY k GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM (
        SELECT queue_key, false FROM jobs WHERE queue_key >= lowest AND queue_key < highest
        UNION ALL SELECT unnest, true FROM unnest(keys)
      ) both_kinds (k, is_asked)) numbered
    WHERE is_asked;
    RETURN;
  END IF;
  -- Without counts, a far key is counted from the previous key, too.
  near := (SELECT 100 FROM queue_folds WHERE only_row AND in_force);
  FOR key IN SELECT k FROM unnest(keys) k ORDER BY k LOOP
    gap := near;
    IF previous IS NOT NULL THEN
      SELECT count(*) INTO gap FROM (
        SELECT FROM jobs WHERE queue_key >= previous AND queue_key < key LIMIT near) between_them;
    END IF;
    IF previous IS NULL OR gap = near THEN place := queue_position(key);
    ELSE place := place + gap; END IF;
    previous := key;
    RETURN NEXT;
  END LOOP;
END $$;
