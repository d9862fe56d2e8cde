/*
 * One attempt, from the claim to its last word: prepare → start → watch → end → clean → report.
 *
 * prepare  checks the job by this host's own rules and makes its scratch folder.
 * start    a process tree that is contained, identified and on record before anything of the job runs.
 * watch    until the first reason to end: it ended, a stop was asked for, the lease is lost, the daemon shuts down, a limit was passed.
 * end      the whole tree, always, also after a good end; only a proof that nothing is left goes on. Survivors hold the slot and are tried again.
 * clean    the scratch folder; what cannot be deleted is named and left to the sweep.
 * report   until the database has taken it, fenced by the attempt: a job that is no longer ours keeps what it has.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRemovalReport, HostStopReport, Leftover } from '@renderdeck/domain';
import {
  acknowledgeStop,
  finishAttempt,
  passPublishGate,
  recordScratch,
  recordStopReceived,
  recordTree,
  releaseAttempt,
  reportOrphan,
  reportStop,
} from '@renderdeck/operations';
import {
  checkNexrenderJob,
  createScratchFolder,
  type Render,
  removeScratchFolder,
  type ScratchFolder,
  type StopOptions,
  startRender,
  stopProcessTree,
} from '@renderdeck/render-host';
import type { EndReason } from './end-signal.ts';
import { ownerTag } from './host-health.ts';
import { keepTrying } from './keep-trying.ts';
import { saveReports } from './loops/report-loop.ts';
import type { RunningAttempt } from './running-attempts.ts';
import { watchLimits } from './watch-limits.ts';
import { CLEAN_WITHIN_MS, type Worker } from './worker.ts';

/** Doubled each time, up to half a minute. */
const TRY_SURVIVORS_AFTER_MS = 1000;
const TRY_SURVIVORS_EVERY_MS = 30_000;
const SAY_AFTER_MS = 25;
const NOTHING_RAN: HostStopReport = {
  processes: [],
  proof: 'noProcess',
  survivors: [],
  firstSignalAt: null,
  deadAt: null,
  timeToDeadMs: 0,
  rounds: 0,
};

/** Runs one attempt to its end; resolves when nothing of it runs and the database knows. Gives the files that could not be deleted. */
export async function runAttempt(
  worker: Worker,
  attempt: RunningAttempt,
): Promise<readonly Leftover[]> {
  const log = worker.log.child({ attempt: attempt.job.attemptId, job: attempt.job.jobId });
  log.info({ name: attempt.job.name, number: attempt.job.attempt }, 'attempt started');
  const scratch = await prepare(worker, attempt);
  const render = scratch === null ? null : await start(worker, attempt, scratch);
  const reason = await attempt.end.triggered;
  const ending =
    render === null ? Promise.resolve(NOTHING_RAN) : end(worker, attempt, render, reason);
  // A quick stop is not made to share its cores with the word about it.
  const delivered = Promise.race([ending.catch(() => undefined), delay(SAY_AFTER_MS)]).then(() =>
    deliver(worker, attempt, reason),
  );
  const stopReport = await ending;
  const lastWord = saveReports(worker, [attempt]).catch((error: unknown) =>
    log.warn({ err: error }, 'the last lines are not on record'),
  );
  const removalReport =
    scratch === null ? null : await removeScratchFolder(scratch, { budgetMs: CLEAN_WITHIN_MS });
  await lastWord;
  await delivered;
  await report(worker, attempt, {
    reason: await finalReason(reason, render, stopReport),
    stopReport,
    removalReport,
  });
  log.info(
    {
      reason: reason.kind,
      timeToDeadMs: stopReport.timeToDeadMs,
      proof: stopReport.proof,
      leftovers: removalReport?.leftovers.length,
    },
    'attempt ended',
  );
  return removalReport?.leftovers ?? [];
}

async function prepare(worker: Worker, attempt: RunningAttempt): Promise<ScratchFolder | null> {
  const { config, context } = worker;
  const checked = checkNexrenderJob(attempt.job.nexrenderJob, config);
  if (!checked.ok) {
    fail(attempt, checked.sentence);
    return null;
  }
  try {
    const { attemptId } = attempt.job;
    return await createScratchFolder(config.scratchRoot, attemptId, async (path) => {
      await keepTrying('scratch folder', worker, () =>
        recordScratch(context, { attemptId, scratchPath: path }),
      );
    });
  } catch (error) {
    fail(attempt, `No scratch folder could be made on ${config.name}: ${messageOf(error)}`);
    return null;
  }
}

/** A job that this host refuses, or cannot start, failed: with a sentence, and nothing ran. */
function fail(attempt: RunningAttempt, reason: string): void {
  attempt.end.trigger({ kind: 'ended', end: { kind: 'failed', reason } });
}

async function start(
  worker: Worker,
  attempt: RunningAttempt,
  scratch: ScratchFolder,
): Promise<Render | null> {
  const { config, context } = worker;
  const { attemptId, treeMarker } = attempt.job;
  const checked = checkNexrenderJob(attempt.job.nexrenderJob, config);
  if (!checked.ok) return null;
  try {
    const render = await startRender({
      attemptId,
      treeMarker,
      owner: ownerTag(config.name),
      nexrenderJob: checked.job,
      scratch,
      aerender: config.aerender,
      actions: config.actions,
      onPhase: (phase) => attempt.setProgress({ phase }),
      onProgress: (progress) => attempt.setProgress(progress),
      onLine: (stream, line) => attempt.lines.add(stream, line),
      gate: () =>
        keepTrying(
          'publish gate',
          worker,
          async () =>
            attempt.end.reason === null && (await passPublishGate(context, attempt.job)).ok,
        ),
    });
    // On record before "go": a daemon that dies from here on leaves a tree that the next one finds.
    const recorded = await keepTrying('process identity', worker, () =>
      recordTree(context, { attemptId, tree: render.record }),
    ).then(
      () => true,
      () => false,
    );
    const unwatch = watchLimits(config, attempt);
    void attempt.end.triggered.then(unwatch);
    void render.ended.then((ended) => attempt.end.trigger({ kind: 'ended', end: ended }));
    if (recorded && attempt.end.reason === null) render.go();
    attempt.render = render;
    return render;
  } catch (error) {
    fail(attempt, `The render could not be started on ${config.name}: ${messageOf(error)}`);
    return null;
  }
}

/** That a stop request reached this host goes on record beside the stop. */
async function deliver(
  { context, log }: Worker,
  { job }: RunningAttempt,
  reason: EndReason,
): Promise<void> {
  if (reason.kind !== 'stopRequested') return;
  await recordStopReceived(context, { attempt: job, afterMs: reason.askedMsAgo }).catch(
    (error: unknown) =>
      log.warn({ err: error, attempt: job.attemptId }, 'delivery of the stop is not on record'),
  );
}

/**
 * Ends the tree, again after a while while anything survives: the slot stays taken and the job is never reported as stopped. Its time counts from the
 * reason, which may be older than the start that it had to wait for.
 */
async function end(
  worker: Worker,
  attempt: RunningAttempt,
  render: Render,
  reason: EndReason,
): Promise<HostStopReport> {
  const graceful =
    reason.kind === 'stopRequested' || reason.kind === 'shutDown' || reason.kind === 'overLimit';
  const options = {
    graceMs: graceful ? worker.config.stopGraceMs : 0,
    skipGrace: attempt.skipGrace.signal,
  };
  let report = await stopTree(worker, render, options);
  let pauseMs = TRY_SURVIVORS_AFTER_MS;
  while (report.survivors.length > 0 || report.proof === null) {
    worker.log.error(
      { attempt: attempt.job.attemptId, survivors: report.survivors },
      'processes survive, trying again',
    );
    const stuck = report;
    await reportStop(worker.context, { attempt: attempt.job, stopReport: stuck }).catch(
      (error: unknown) => worker.log.warn({ err: error }, 'survivors are not on record'),
    );
    await delay(pauseMs, undefined, { ref: false });
    pauseMs = Math.min(pauseMs * 2, TRY_SURVIVORS_EVERY_MS);
    report = mergeReports(stuck, await stopTree(worker, render, { graceMs: 0 }));
  }
  const timeToDeadMs = attempt.end.ageMs;
  attempt.render = null;
  await render
    .release()
    .catch((error: unknown) =>
      worker.log.warn({ err: error }, 'the container of a dead tree is left to the next sweep'),
    );
  return { ...report, timeToDeadMs };
}

/** A stop that fails, say because this process has no file left to open, has proven nothing: it is tried again like one that found survivors. */
async function stopTree(
  { log }: Worker,
  { record }: Render,
  options: StopOptions,
): Promise<HostStopReport> {
  try {
    return await stopProcessTree(record, options);
  } catch (error) {
    log.error({ err: error, attempt: record.attemptId }, 'processes could not be stopped');
    const state = `unknown: ${messageOf(error)}`;
    const survivors = [{ pid: record.root?.pid ?? 0, name: 'nexrender', state }];
    return {
      processes: [],
      proof: null,
      survivors,
      firstSignalAt: null,
      deadAt: null,
      timeToDeadMs: null,
      rounds: 0,
    };
  }
}

/** What both tries saw: every process once, with its latest word. */
function mergeReports(before: HostStopReport, after: HostStopReport): HostStopReport {
  const later = new Set(after.processes.map(({ pid, startedAt }) => `${pid} ${startedAt}`));
  const kept = before.processes.filter(({ pid, startedAt }) => !later.has(`${pid} ${startedAt}`));
  return {
    ...after,
    processes: [...kept, ...after.processes],
    firstSignalAt: before.firstSignalAt ?? after.firstSignalAt,
  };
}

/** A stop, a shutdown or a limit that came when the render had just ended well, before any signal, did not stop it: the end counts, for its output is out. */
async function finalReason(
  reason: EndReason,
  render: Render | null,
  stopReport: Pick<HostStopReport, 'firstSignalAt'>,
): Promise<EndReason> {
  if (reason.kind === 'lost' || render === null || stopReport.firstSignalAt !== null) return reason;
  const ended = await render.ended;
  return ended.kind === 'completed' ? { kind: 'ended', end: ended } : reason;
}

type Last = {
  readonly reason: EndReason;
  readonly stopReport: HostStopReport;
  readonly removalReport: HostRemovalReport | null;
};

async function report(
  worker: Worker,
  attempt: RunningAttempt,
  { reason, ...reports }: Last,
): Promise<void> {
  const { context } = worker;
  const { job } = attempt;
  const acknowledge = () =>
    keepTrying('acknowledgement', worker, () =>
      acknowledgeStop(context, { attempt: job, reports }),
    );
  const orphan = () =>
    keepTrying('report', worker, () => reportOrphan(context, { attempt: job, reports }));
  switch (reason.kind) {
    case 'stopRequested': {
      if (!(await acknowledge()).ok) await orphan();
      return;
    }
    case 'ended':
    case 'overLimit': {
      const signalled = reports.stopReport.firstSignalAt !== null && reason.kind === 'overLimit';
      const finished = await keepTrying('end', worker, () =>
        finishAttempt(context, { attempt: job, end: endOf(reason), signalled, reports }),
      );
      if (finished.ok) return;
      const stopped = finished.rejection.code === 'stopRequested' && (await acknowledge()).ok;
      if (!stopped) await orphan();
      return;
    }
    case 'shutDown': {
      const why = `Attempt ${job.attempt} was given back: the worker on ${context.host} shut down.`;
      const released = await keepTrying('release', worker, () =>
        releaseAttempt(context, { attempt: job, reports, why }),
      );
      if (!released.ok) await orphan();
      return;
    }
    case 'lost':
      await orphan();
  }
}

function endOf(reason: Extract<EndReason, { kind: 'ended' | 'overLimit' }>) {
  if (reason.kind === 'overLimit') return { kind: 'failed', failure: reason.sentence } as const;
  if (reason.end.kind === 'completed') return { kind: 'completed' } as const;
  const closed = 'Nothing was published: whether the job may publish could not be asked in time.';
  return {
    kind: 'failed',
    failure: reason.end.kind === 'failed' ? reason.end.reason : closed,
  } as const;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
