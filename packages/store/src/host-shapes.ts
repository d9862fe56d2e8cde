import {
  CHECK_ITEMS,
  HOST_IDENTITY,
  HOST_REPORT,
  hostMoves,
  isFinal,
  JOB_STATUSES,
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
import { WORK_LOCKS } from './schema/index.ts';

/** The shape of what a host writes into columns of these names, in any table. */
export const HOST_SHAPES = object({
  stop_report: STOP_REPORT,
  removal_report: REMOVAL_REPORT,
  tree: TREE_RECORD,
  usage: USAGE_SAMPLES,
  usage_history: listOf(listOf(NUMBER)),
  host_identity: HOST_IDENTITY,
  identity: HOST_IDENTITY,
  checks: CHECK_ITEMS,
  preparation: HOST_REPORT,
  kill_test: HOST_REPORT,
  progress: NUMBER,
  steps: STEP_ROWS,
  parts: listOf(TEXT),
  warnings: listOf(TEXT),
  lines: listOf(TEXT),
  stream: oneOf(LOG_STREAMS),
});

/** The database functions that are made from the domain's rules, as SQL. */
export function domainFunctions(): string {
  return [
    '-- What a host may write into its JSON: a shape for each column.',
    'CREATE OR REPLACE FUNCTION host_shapes() RETURNS jsonb',
    'LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$',
    `  SELECT ${literal(wordsOf(HOST_SHAPES))}::jsonb`,
    '$$;',
    '',
    '-- Whether a host that stands so to a job may move it from one status to another.',
    'CREATE OR REPLACE FUNCTION host_may_move(standing text, status_from text, status_to text)',
    'RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$',
    `  SELECT ${literal(hostMoves())}::jsonb -> $1 ? ($2 || '>' || $3)`,
    '$$;',
    '',
    '-- Whether no event leaves a status. The body is parsed now, so it needs no search path, and',
    '-- PostgreSQL can put the condition in place of the call and use an index for it.',
    'CREATE OR REPLACE FUNCTION is_final(status text) RETURNS boolean LANGUAGE sql IMMUTABLE',
    `  RETURN status IN (${FINAL_STATUSES});`,
    '',
    '-- The locks of work_locks.',
    'INSERT INTO work_locks (name)',
    `  SELECT jsonb_array_elements_text(${literal(WORK_LOCKS)}) ON CONFLICT DO NOTHING;`,
    '',
  ].join('\n');
}

const FINAL_STATUSES = JOB_STATUSES.filter(isFinal)
  .map((status) => `'${status}'`)
  .join(', ');

function literal(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", "''")}'`;
}
