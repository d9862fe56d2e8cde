-- Each vacuum and each analyze makes every connection plan its statements on the table again, and a
-- farm has hundreds. So tables that hosts write all the time are cared for after many changes, not
-- each minute. Statements read them by key, so they need no new statistics for that.
ALTER TABLE attempts SET (autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 20000, autovacuum_analyze_threshold = 100000,
  autovacuum_vacuum_insert_threshold = 50000);
--> statement-breakpoint
-- The counts of ended jobs choose an index by statistics, so those must not be much older.
ALTER TABLE jobs SET (autovacuum_analyze_threshold = 20000);
--> statement-breakpoint
ALTER TABLE render_hosts SET (autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_threshold = 50000);
--> statement-breakpoint
ALTER TABLE job_changes SET (autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_threshold = 100000);
--> statement-breakpoint
ALTER TABLE attempt_log SET (autovacuum_vacuum_insert_threshold = 100000,
  autovacuum_analyze_threshold = 100000);
