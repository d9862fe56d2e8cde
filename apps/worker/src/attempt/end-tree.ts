import { setTimeout as delay } from 'node:timers/promises';
import { type HostStopReport, provesEnd } from '@renderdeck/domain';
import { reportStop } from '@renderdeck/operations';
import { type Render, type StopOptions, stopProcessTree } from '@renderdeck/render-host';
import type { Logger } from 'pino';
import { errorMessage } from '../error-message.ts';
import type { WatchedRun } from './attempt-run.ts';
import type { EndReason } from './end-signal.ts';

/** The pause between two tries doubles from FIRST_PAUSE_MS to the longest pause. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const REASONS_WITH_GRACE: readonly EndReason['kind'][] = ['stopRequested', 'shutDown', 'overLimit'];

/**
 * Ends the tree, and tries again while any process survives. Until then the slot stays taken and
 * the job is not reported as stopped. Times count from the reason for the end, even if that came
 * before the start of the tree.
 */
export async function endTree(
  { worker, attempt, reason, log }: WatchedRun,
  render: Render,
): Promise<HostStopReport> {
  const graceMs = REASONS_WITH_GRACE.includes(reason.kind) ? worker.config.stopGraceMs : 0;
  const { endStrays } = worker.config;
  const first = { graceMs, endStrays, skipGrace: attempt.skipGrace.signal };
  let report = await stopTree(render, first, log);
  let pauseMs = FIRST_PAUSE_MS;
  while (!provesEnd(report)) {
    log.error({ survivors: report.survivors }, 'processes survive, trying again');
    const before = report;
    await reportStop(worker.attemptContext, { attempt: attempt.job, stopReport: before }).catch(
      (error: unknown) => log.warn({ err: error }, 'survivors are not on record'),
    );
    await delay(pauseMs, undefined, { ref: false });
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    report = mergeReports(before, await stopTree(render, { graceMs: 0, endStrays }, log));
  }
  const timeToDeadMs = attempt.end.ageMs;
  attempt.render = null;
  await render
    .close()
    .catch((error: unknown) =>
      log.warn({ err: error }, 'the container of a dead tree is left to the next sweep'),
    );
  return { ...report, timeToDeadMs };
}

/** A stop that fails, for example when no file can be opened, counts as one with a survivor. */
async function stopTree(
  { record }: Render,
  options: StopOptions,
  log: Logger,
): Promise<HostStopReport> {
  try {
    return await stopProcessTree(record, options);
  } catch (error) {
    log.error({ err: error }, 'processes could not be stopped');
    const state = `unknown: ${errorMessage(error)}`;
    return {
      processes: [],
      proof: null,
      survivors: [{ pid: record.root?.pid ?? 0, name: 'nexrender', state }],
      firstSignalAt: null,
      deadAt: null,
      timeToDeadMs: null,
      rounds: 0,
    };
  }
}

/** Merges two reports: each process appears once, with the facts of the later report. */
function mergeReports(before: HostStopReport, after: HostStopReport): HostStopReport {
  const later = new Set(after.processes.map(({ pid, startedAt }) => `${pid} ${startedAt}`));
  const kept = before.processes.filter(({ pid, startedAt }) => !later.has(`${pid} ${startedAt}`));
  return {
    ...after,
    processes: [...kept, ...after.processes],
    firstSignalAt: before.firstSignalAt ?? after.firstSignalAt,
  };
}
