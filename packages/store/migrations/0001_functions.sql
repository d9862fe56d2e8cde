-- Place in the queue of the job with this key: exact for the snapshot of the statement that asks. 1 is next.
CREATE FUNCTION queue_position(k bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT 1 + count(*) FROM jobs WHERE queue_key < k
$$;
--> statement-breakpoint
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log is append-only: no line is ever changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
--> statement-breakpoint
-- A queue's table churns at its head: keep finished entries from piling up in front of every claim.
ALTER TABLE jobs SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000, autovacuum_analyze_scale_factor = 0.05);
