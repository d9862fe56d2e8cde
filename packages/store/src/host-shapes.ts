import {
  CACHED_SOURCES,
  CHECK_ITEMS,
  HOST_IDENTITY,
  HOST_REPORT,
  LOG_LINES,
  LOG_STREAM,
  LOST_OUTPUTS,
  NUMBER,
  object,
  PART_PATHS,
  PUBLICATIONS,
  REMOVAL_REPORT,
  STEP_ROWS,
  STOP_REPORT,
  TRANSFER,
  TREE_RECORD,
  USAGE_ROWS,
  USAGE_SAMPLES,
  WARNINGS,
} from '@renderdeck/domain';

/**
 * The shape of what a host writes into columns of these names, in any table. The types of the
 * columns come from here (`reported` in schema/columns.ts).
 */
export const HOST_SHAPES = object({
  stop_report: STOP_REPORT,
  removal_report: REMOVAL_REPORT,
  tree: TREE_RECORD,
  usage: USAGE_SAMPLES,
  usage_history: USAGE_ROWS,
  host_identity: HOST_IDENTITY,
  identity: HOST_IDENTITY,
  checks: CHECK_ITEMS,
  preparation: HOST_REPORT,
  kill_test: HOST_REPORT,
  progress: NUMBER,
  cached_sources: CACHED_SOURCES,
  transfer: TRANSFER,
  steps: STEP_ROWS,
  parts: PART_PATHS,
  publications: PUBLICATIONS,
  warnings: WARNINGS,
  lines: LOG_LINES,
  stream: LOG_STREAM,
  lost_outputs: LOST_OUTPUTS,
});
