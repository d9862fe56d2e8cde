-- The same rows, always by the index of transactions. After very many changes of one transaction,
-- as of an import, the planner took the ids instead and read every change that is kept.
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
