import {
  HOST_CHECKS,
  HOST_IDENTITY,
  HOST_REPORT,
  LOG_STREAMS,
  listOf,
  NUMBER,
  object,
  oneOf,
  REMOVAL_REPORT,
  STEP_ROWS,
  STOP_REPORT,
  TEXT,
  TREE_RECORD,
  USAGE_SAMPLES,
  wordsOf,
} from '@renderdeck/domain';
import type postgres from 'postgres';

/** What a host writes into columns of these names, whatever the table. */
export const HOST_SHAPES = object({
  stop_report: STOP_REPORT,
  removal_report: REMOVAL_REPORT,
  tree: TREE_RECORD,
  usage: USAGE_SAMPLES,
  usage_history: listOf(listOf(NUMBER)),
  host_identity: HOST_IDENTITY,
  identity: HOST_IDENTITY,
  checks: HOST_CHECKS,
  preparation: HOST_REPORT,
  kill_test: HOST_REPORT,
  progress: NUMBER,
  steps: STEP_ROWS,
  parts: listOf(TEXT),
  warnings: listOf(TEXT),
  lines: listOf(TEXT),
  stream: oneOf(LOG_STREAMS),
});

/**
 * Writes the shapes into the database, as its function host_shapes. Writes nothing where they are
 * there: so a user who owns no function can migrate again.
 */
export async function writeHostShapes(tx: postgres.TransactionSql): Promise<void> {
  const words = JSON.stringify(wordsOf(HOST_SHAPES)).replaceAll("'", "''");
  const body = ` SELECT '${words}'::jsonb `;
  const [known] = await tx`
    select prosrc from pg_proc where oid = 'public.host_shapes()'::regprocedure`;
  if (known?.prosrc === body) return;
  await tx.unsafe(`
    CREATE OR REPLACE FUNCTION public.host_shapes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $shapes$${body}$shapes$`);
}
