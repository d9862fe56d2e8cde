-- Whether the transaction that runs is the one that is named. It is declared immutable only because
-- a generated column requires that. A dump contains no generated values, so a restore computes them
-- again.
CREATE OR REPLACE FUNCTION is_this_transaction(named text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT $1 = pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$$;
