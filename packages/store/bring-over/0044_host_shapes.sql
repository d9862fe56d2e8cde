-- Changes the schema of 0044_host_shapes into the schema that 0000_tables makes. 0044_host_shapes
-- is the last migration before the first release. `migrate --bring-over` runs this file in one
-- transaction (bring-over.ts).
ALTER TABLE attempts RENAME COLUMN cookie TO tree_marker;
ALTER TABLE render_hosts RENAME COLUMN trouble TO problem;
UPDATE refusal_counts SET actor_kind = 'anonymous' WHERE actor_kind = 'stranger';
-- Sealed audit lines contain the renamed word. The next API that starts seals all lines again.
ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only;
ALTER TABLE audit_seals DISABLE TRIGGER audit_seals_append_only;
UPDATE audit_log SET actor_kind = 'anonymous' WHERE actor_kind = 'stranger';
DELETE FROM audit_seals;
ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only;
ALTER TABLE audit_seals ENABLE TRIGGER audit_seals_append_only;
CREATE TABLE applied_functions (
  only_row boolean PRIMARY KEY DEFAULT true NOT NULL,
  hash text NOT NULL,
  version text NOT NULL,
  functions jsonb NOT NULL,
  applied_at timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
-- These triggers and functions have other names now.
DROP TRIGGER begin_series_of_life ON database_incarnations;
DROP FUNCTION begin_series_of_life(), begin_receipt_series(text), database_life();
