/*
 * One attempt from its claim to its report: prepare → start → watch → end → clean → report.
 *
 * 1. prepare (start-attempt.ts): check the job once by the rules of this host, and make its scratch
 *    folder.
 * 2. start (start-attempt.ts): start a process tree. It is on record before the job runs.
 * 3. watch: wait for the first reason to end: the render ended, a stop was requested, the lease is
 *    lost, the daemon shuts down, or a limit was passed.
 * 4. end (end-tree.ts): end the whole tree, even after a completed render. Go on only with a proof
 *    that no process is left. Until then the slot stays taken and the stop is repeated.
 * 5. settle (settle-output.ts): find out whether the last thing that the gate allowed is out.
 * 6. clean: delete the scratch folder and the parts of outputs. Report files that cannot be deleted
 *    and leave them to the sweep. Of a failed attempt the folder may be kept for a while.
 * 7. report (report-attempt.ts): repeat the report until the database has saved it, fenced by the
 *    attempt. The same statement may claim the next job for the slot (attempt-run.ts).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRemovalReport, HostStopReport, Leftover } from '@renderdeck/domain';
import { recordParts, recordStopReceived } from '@renderdeck/operations';
import {
  addRemoval,
  keepScratchFolder,
  removeParts,
  removeScratchFolder,
  type ScratchFolder,
} from '@renderdeck/render-host';
import type { Span } from '@renderdeck/tracing';
import { saveReports } from '../loops/report-loop.ts';
import { retryUntilDeadline } from '../retry-until-deadline.ts';
import { CLEAN_WITHIN_MS, type Worker } from '../worker.ts';
import type { CleanedRun, EndedRun, Slot, StartedRun, WatchedRun } from './attempt-run.ts';
import { endTree } from './end-tree.ts';
import { report } from './report-attempt.ts';
import type { RunningAttempt } from './running-attempts.ts';
import { settle } from './settle-output.ts';
import { prepare, start } from './start-attempt.ts';
import { watchLimits } from './watch-limits.ts';

const RECORD_STOP_AFTER_MS = 25;
const LAST_LINES_WITHIN_MS = 1000;
const CACHE_WITHIN_MS = 1000;
const NOTHING_RAN: HostStopReport = {
  processes: [],
  proof: 'noProcess',
  survivors: [],
  firstSignalAt: null,
  deadAt: null,
  timeToDeadMs: 0,
  rounds: 0,
};

/**
 * Runs one attempt to its end. Resolves when none of its processes is left and the database has
 * saved that. Returns the files that could not be deleted.
 */
export async function runAttempt(
  worker: Worker,
  attempt: RunningAttempt,
  slot: Slot,
): Promise<readonly Leftover[]> {
  const { job } = attempt;
  const log = worker.log.child({ attempt: job.attemptId, job: job.jobId });
  log.info({ name: job.name, number: job.attempt }, 'attempt started');

  const prepared = await prepare({ worker, attempt, log });
  const started = await start(prepared);
  const { watched, span } = traceStop(await watch(started));
  const ended = await end(watched);
  await settleOutput(ended);
  const cleaned = await clean(ended);
  await report(cleaned, slot);
  endSpan(span, cleaned);

  const { reason, stopReport, removalReport } = cleaned;
  const { timeToDeadMs, proof } = stopReport;
  const leftovers = removalReport?.leftovers;
  watched.log.info(
    { reason: reason.kind, timeToDeadMs, proof, leftovers: leftovers?.length },
    'attempt ended',
  );
  return leftovers ?? [];
}

async function watch(run: StartedRun): Promise<WatchedRun> {
  const { worker, attempt, render } = run;
  if (render === null) return { ...run, reason: await attempt.end.triggered };
  void render.ended.then((ended) => attempt.end.trigger({ kind: 'ended', end: ended }));
  const unwatch = watchLimits(worker, attempt, render);
  const reason = await attempt.end.triggered;
  unwatch();
  return { ...run, reason };
}

async function end(run: WatchedRun): Promise<EndedRun> {
  const ending = run.render === null ? Promise.resolve(NOTHING_RAN) : endTree(run, run.render);
  // Wait 25 ms before recording the stop request, so a quick stop gets the CPU first.
  const headStart = Promise.race([ending.catch(() => undefined), delay(RECORD_STOP_AFTER_MS)]);
  const stopReceivedRecorded = headStart.then(() => recordArrivalOfStop(run));
  return { ...run, stopReport: await ending, stopReceivedRecorded };
}

/**
 * Continues the trace of a stop request, and adds its id to the further log lines of the attempt.
 */
function traceStop(run: WatchedRun): { readonly watched: WatchedRun; readonly span: Span | null } {
  const { worker, attempt, reason, log } = run;
  if (worker.tracer === null || reason.kind !== 'stopRequested' || reason.trace === null)
    return { watched: run, span: null };
  const span = worker.tracer.start('stop render', {
    parent: reason.trace,
    kind: 'work',
    msAgo: attempt.end.ageMs,
    facts: { job: attempt.job.jobId, attempt: attempt.job.attempt, host: worker.context.host },
  });
  return { watched: { ...run, log: log.child({ trace_id: span.traceId }) }, span };
}

/** The stop is proven, and the proof is on record or in the journal. */
function endSpan(span: Span | null, { stopReport, removalReport }: CleanedRun): void {
  span?.end({
    proof: stopReport.proof,
    processes: stopReport.processes.length,
    timeToDeadMs: stopReport.timeToDeadMs,
    timeToCleanMs: removalReport?.timeToCleanMs ?? null,
    leftovers: removalReport?.leftovers.length ?? 0,
  });
}

/** Records, while the stop runs, that the stop request has reached this host. */
async function recordArrivalOfStop({ worker, attempt, reason, log }: WatchedRun): Promise<void> {
  if (reason.kind !== 'stopRequested') return;
  const received = { attempt: attempt.job, afterMs: reason.askedMsAgo };
  try {
    const recorded = await recordStopReceived(worker.attemptContext, received);
    if (recorded.ok) attempt.keepHeld(recorded.held);
  } catch (error) {
    log.warn({ err: error }, 'delivery of the stop is not on record');
  }
}

/** A render that was ended may have published just before. */
async function settleOutput({ worker, attempt, render }: EndedRun): Promise<void> {
  const { pending, publications, job } = attempt;
  if (pending === null || (render !== null && (await render.ended).kind === 'completed')) return;
  attempt.setPutOut(await settle(worker, job.attemptId, publications, pending));
}

async function clean(run: EndedRun): Promise<CleanedRun> {
  const { worker, attempt, prepared, log } = run;
  const lastLines = saveReports(worker, [attempt]).catch((error: unknown) =>
    log.warn({ err: error }, 'the last lines are not on record'),
  );
  // A disk that hangs must not hold the proof back.
  await Promise.race([prepared?.cache?.end(), delay(CACHE_WITHIN_MS, undefined, { ref: false })]);
  const scratch =
    prepared === null
      ? null
      : ((await keepIfFailed(run, prepared.scratch)) ??
        (await removeScratchFolder(prepared.scratch, { budgetMs: CLEAN_WITHIN_MS })));
  const removalReport = addRemoval(scratch, await cleanParts(run));
  // They go on in the background, but a proof does not wait for a slow log.
  await Promise.race([lastLines, delay(LAST_LINES_WITHIN_MS, undefined, { ref: false })]);
  return { ...run, removalReport };
}

/**
 * Keeps the scratch folder if the attempt failed and the operator wants that, but not when the disk
 * needs its space. The report names the folder as left, with the reason. Null if it is not kept.
 */
async function keepIfFailed(
  { worker, reason }: EndedRun,
  scratch: ScratchFolder,
): Promise<HostRemovalReport | null> {
  const { keepFailedMs } = worker.config;
  const hasFailed =
    (reason.kind === 'overLimit' && reason.failure !== 'disk') ||
    (reason.kind === 'ended' && reason.end.kind === 'failed');
  if (keepFailedMs === 0 || !hasFailed) return null;
  const path = await keepScratchFolder(scratch);
  if (path === null) return null;
  const error = `is kept for ${keepFailedMs / 3_600_000} h, because the attempt failed`;
  return { files: 0, bytes: 0, leftovers: [{ path, error }], timeToCleanMs: 0, goneAt: null };
}

/** Removes the parts that the attempt left in output folders. Null when it left no part. */
async function cleanParts({ worker, attempt, log }: EndedRun): Promise<HostRemovalReport | null> {
  const { parts, job } = attempt;
  if (parts.size === 0) return null;
  const removal = await removeParts([...parts], job.attemptId, {
    budgetMs: CLEAN_WITHIN_MS,
    user: worker.renderUser,
  });
  const left = removal.leftovers.map(({ path }) => path);
  attempt
    .saveInOrder(() =>
      retryUntilDeadline('parts', worker, () =>
        recordParts(worker.attemptContext, { attemptId: job.attemptId, parts: left }),
      ),
    )
    .catch((error: unknown) => log.warn({ err: error }, 'removed parts are still on record'));
  return removal;
}
