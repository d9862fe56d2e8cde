-- The schema of 0044_host_shapes, the last before the first release. Its tables are those of
-- 0000_tables, but for these changes. Most functions have only their name, arguments and result
-- here: `migrate` replaces the bodies, and fails where it cannot replace a function.

CREATE SCHEMA drizzle;
CREATE TABLE drizzle.__drizzle_migrations (
  id serial PRIMARY KEY,
  hash text NOT NULL,
  created_at bigint
);

-- The functions that the tables need.
CREATE FUNCTION log_bytes(lines jsonb) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION is_this_transaction(named text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql
  AS 'BEGIN END';
CREATE FUNCTION text_trigrams(value text) RETURNS tsvector IMMUTABLE LANGUAGE sql
  AS 'SELECT NULL::tsvector';
CREATE FUNCTION job_trigrams(name text, id uuid) RETURNS tsvector IMMUTABLE LANGUAGE sql
  AS 'SELECT NULL::tsvector';

-- HERE: 0000_tables

DROP TABLE applied_functions;
ALTER TABLE attempts RENAME COLUMN tree_marker TO cookie;
ALTER TABLE render_hosts RENAME COLUMN problem TO trouble;
ALTER FUNCTION text_trigrams RENAME TO text_parts;
ALTER FUNCTION job_trigrams RENAME TO job_parts;
ALTER INDEX audit_log_trigrams RENAME TO audit_log_parts;

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: no line is ever changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION database_life() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), life_of.oid,
    to_regclass('public.job_changes')::oid)
  FROM pg_control_system() control, pg_database life_of
  WHERE life_of.datname = current_database()
$$;

CREATE FUNCTION adopt_host_attempts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION await_hosts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION awaits_me(awaited_hosts jsonb) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION begin_receipt_series(life text) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION begin_series_of_life() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION bind_host_login(host text, login text) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION changed_columns(before jsonb, after jsonb) RETURNS text[] LANGUAGE plpgsql
  AS 'BEGIN END';
CREATE FUNCTION check_host_job() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION claimable_tags(offered text[]) RETURNS TABLE(tags text, head bigint)
  LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION copy_order(source uuid, copy uuid) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION delete_old_jobs(older_than interval, most integer) RETURNS SETOF uuid
  LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION delete_old_logs(older_than interval, most integer) RETURNS integer
  LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION end_receipt_series() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION find_parts(wanted text) RETURNS tsquery LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION guard_host_attempt() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION guard_host_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION guard_host_job() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION guard_host_log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION guard_host_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION guard_new_host_attempt() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION had_attempt_of(job uuid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION has_shape(value jsonb, shape jsonb) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION hidden_open_attempts(name text, owner uuid) RETURNS integer LANGUAGE plpgsql
  AS 'BEGIN END';
CREATE FUNCTION holds_job(job uuid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION host_failures(job uuid, host uuid, OUT times bigint,
  OUT last_at timestamptz) RETURNS record LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION host_shapes() RETURNS jsonb LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION hosts_with_free_slots() RETURNS integer LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION is_guarded() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION is_host_login() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION job_is_known(job uuid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION may_run_on(job jobs) RETURNS jsonb LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION may_see_job(job uuid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION message_facts(job jobs) RETURNS jsonb LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION number_receipt() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION other_attempts(job uuid)
  RETURNS TABLE(id uuid, number smallint, host text, outcome text, output text,
  confirmed_at timestamptz, declared_at timestamptz) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION owns_attempt(attempt uuid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION owns_host_name(name text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_edge(jobs_before bigint) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_faults() RETURNS TABLE(lvl integer, blk bigint, counted bigint,
  waiting bigint) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_fold() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_length() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_position(k bigint) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_positions(keys bigint[]) RETURNS TABLE(key bigint, place bigint)
  LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION queue_recount() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION refuse_host_login(what text) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION refuse_malformed(row_after jsonb, changed text[]) RETURNS void LANGUAGE plpgsql
  AS 'BEGIN END';
CREATE FUNCTION restrict_host_logins() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION stop_outcome(job jobs) RETURNS text LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION take_work_lock(work text) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION tell_webhooks(event text, unless text, kind text, facts jsonb, job jobs,
  host_name text) RETURNS integer LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION this_transaction() RETURNS text LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION try_work_lock(work text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION unfolded_changes(fold queue_folds) RETURNS TABLE(q_from bigint, q_to bigint)
  LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION unseen_changes(since pg_snapshot, after_id bigint, most integer)
  RETURNS TABLE(id bigint, xid xid8, job_id uuid, version integer, event text, status_before text,
  status_after text, actor text, at timestamptz) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION void_queue_counts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION wire_time(at timestamptz) RETURNS text LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION write_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';

CREATE VIEW unproven WITH (security_invoker='true') AS
 SELECT a.job_id,
    a.id AS attempt_id,
    a.host,
        CASE
            WHEN (a.declared_at IS NOT NULL) THEN 'declared'::text
            WHEN (a.outcome IS NULL) THEN 'running'::text
            ELSE 'open'::text
        END AS state
   FROM attempts a
  WHERE (a.confirmed_at IS NULL)
UNION ALL
 SELECT j.id AS job_id,
    NULL::uuid AS attempt_id,
    (awaited.host ->> 'host'::text) AS host,
        CASE
            WHEN ((awaited.host ->> 'declaration'::text) IS NOT NULL) THEN 'declared'::text
            ELSE 'open'::text
        END AS state
   FROM (jobs j
     CROSS JOIN LATERAL jsonb_array_elements(j.awaited_hosts) awaited(host))
  WHERE ((j.awaited_hosts <> '[]'::jsonb) AND ((awaited.host ->> 'reportedAt'::text) IS NULL));

CREATE VIEW stops WITH (security_invoker='true') AS
 SELECT j.id AS job_id,
    j.stop_requested_at,
    missing.is_open,
        CASE
            WHEN (j.status = 'COMPLETED'::text) THEN 'finishedFirst'::text
            WHEN (j.status <> 'CANCELLED'::text) THEN 'cancelling'::text
            WHEN missing.is_open THEN 'unconfirmed'::text
            WHEN missing.is_declared THEN 'declared'::text
            ELSE 'cancelled'::text
        END AS outcome
   FROM (jobs j
     LEFT JOIN ( SELECT u.job_id,
            bool_or((u.state = 'open'::text)) AS is_open,
            bool_or((u.state = 'declared'::text)) AS is_declared
           FROM unproven u
          GROUP BY u.job_id) missing ON ((missing.job_id = j.id)))
  WHERE (j.stop_requested_at IS NOT NULL);

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER audit_seals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER await_hosts BEFORE UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (((old.stop_requested_at IS NULL) AND (new.stop_requested_at IS NOT NULL)))
  EXECUTE FUNCTION await_hosts();
CREATE TRIGGER begin_series_of_life AFTER INSERT ON database_incarnations
  FOR EACH ROW EXECUTE FUNCTION begin_series_of_life();
CREATE TRIGGER end_receipt_series AFTER DELETE ON database_incarnations
  FOR EACH STATEMENT EXECUTE FUNCTION end_receipt_series();
CREATE TRIGGER number_inserted_receipt AFTER INSERT ON jobs FOR EACH ROW
  WHEN ((new.stop_requested_at IS NOT NULL)) EXECUTE FUNCTION number_receipt();
CREATE TRIGGER number_receipt AFTER UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (((old.stop_requested_at IS NULL) AND (new.stop_requested_at IS NOT NULL)))
  EXECUTE FUNCTION number_receipt();
CREATE TRIGGER void_queue_counts_of_all AFTER TRUNCATE ON jobs FOR EACH STATEMENT
  EXECUTE FUNCTION void_queue_counts();
CREATE TRIGGER void_queue_counts_of_deleted AFTER DELETE ON jobs REFERENCING OLD TABLE
  AS gone FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();
CREATE CONSTRAINT TRIGGER write_webhook_deliveries AFTER INSERT ON job_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((new.status_after = ANY (ARRAY['COMPLETED'::text, 'FAILED'::text,
  'CANCELLED'::text]))) EXECUTE FUNCTION write_webhook_deliveries();
