-- As in 0009. The counts of ended jobs choose an index by statistics, so these must not be much
-- older.
ALTER TABLE jobs SET (autovacuum_analyze_threshold = 20000);
