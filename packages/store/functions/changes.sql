-- The first changes that a reader with the snapshot `since` has not seen, of this incarnation of
-- the database (after an id). It always uses the index of transactions. Without these settings,
-- after one transaction with very many changes (an import), the planner expected each transaction
-- to have so many changes and read the whole history.
CREATE OR REPLACE FUNCTION unseen_changes(since pg_snapshot, after_id bigint, most integer)
RETURNS TABLE (id bigint, xid xid8, job_id uuid, version integer, event text, status_before text,
  status_after text, actor text, at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  -- Transaction ids ahead of the snapshot came with a dump. Their changes count as seen.
  RETURN QUERY SELECT c.id, c.xid, c.job_id, c.version, c.event, c.status_before, c.status_after,
    c.actor, c.at
  FROM (
    SELECT * FROM job_changes c
    WHERE c.xid >= pg_snapshot_xmax(since) AND c.xid < pg_snapshot_xmax(pg_current_snapshot())
      AND c.id + 0 > after_id
    UNION ALL
    SELECT * FROM job_changes c
    WHERE c.xid = ANY (array(SELECT pg_snapshot_xip(since))) AND c.id + 0 > after_id
  ) c LIMIT most;
END $$;
