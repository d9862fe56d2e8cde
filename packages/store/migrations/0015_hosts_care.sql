-- As in 0009.
ALTER TABLE render_hosts SET (autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_threshold = 50000);
