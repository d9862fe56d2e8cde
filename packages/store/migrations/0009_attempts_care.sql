-- Each vacuum and each analyze makes every connection plan its statements again, and a farm has
-- hundreds of connections. So what hosts write all the time is cared for after many changes, not
-- each minute. Its statements read by key and need no new statistics.
ALTER TABLE attempts SET (autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 20000, autovacuum_analyze_threshold = 100000,
  autovacuum_vacuum_insert_threshold = 50000);
