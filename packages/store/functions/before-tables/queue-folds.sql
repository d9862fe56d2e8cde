-- Whether a row is written by the transaction that it names. Called immutable, because only then a
-- generated column may have it. A dump holds no generated values: a restore computes them anew.
CREATE OR REPLACE FUNCTION is_this_transaction(named text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT $1 = pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$$;
