-- As in 0009.
ALTER TABLE attempt_log SET (autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_threshold = 100000);
