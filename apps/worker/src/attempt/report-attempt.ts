/*
 * The last stage of run-attempt.ts. The report is written into the host's journal before it is
 * first sent. So no report is lost when the daemon dies here, or when the database loses it later.
 */
import {
  type AttemptReport,
  type AttemptReportEnd,
  allOut,
  decideCause,
  type FailureKind,
  outputOf,
  stopsHost,
} from '@renderdeck/domain';
import {
  acknowledgeStop,
  findStopRequest,
  finishAttempt,
  type Result,
  releaseAttempt,
  restoreAttempt,
} from '@renderdeck/operations';
import type { RenderEnd } from '@renderdeck/render-host';
import { retryUntilDeadline } from '../retry-until-deadline.ts';
import type { AttemptRun, CleanedRun, Slot } from './attempt-run.ts';
import type { EndReason } from './end-signal.ts';
import { openReport } from './open-report.ts';

/**
 * Reports how the attempt ended, and repeats that until the database has saved it. When the job no
 * longer belongs to this attempt, the end is restored as far as the job allows (restore.ts of
 * domain).
 */
export async function report(run: CleanedRun, slot: Slot): Promise<void> {
  const { journal } = run.worker;
  const reason = await findFinalReason(run);
  const own = describeReport(run, await describeEnd(run, reason));
  const checked = slot.check();
  await journal.save(own);
  await run.stopReceivedRecorded;
  await run.attempt.saved;
  await checked;
  const { incarnation } = journal;
  const sent = await send(run, own, slot);
  if (sent !== null && incarnation !== null) await journal.markSent(sent, incarnation);
}

/** Sends the report. Returns it as the database saved it; null when the journal sends it later. */
async function send(
  run: CleanedRun,
  own: AttemptReport,
  slot: Slot,
): Promise<AttemptReport | null> {
  const first = await sendEnd(run, own, slot);
  if (first.ok) return own;
  if (first.rejection.code === 'stopRequested') {
    const stopped = await sendStop(run, own, slot);
    if (stopped !== null) return stopped;
  }
  const restored = await retryUntilDeadline('report', run.worker, () => restore(run, own));
  return !restored.ok && restored.rejection.code === 'heldElsewhere' ? null : own;
}

function restore(run: CleanedRun, report: AttemptReport): Promise<Result> {
  const ages = { deadMsAgo: deadMsAgo(run), confirmedMsAgo: 0 };
  return restoreAttempt(run.worker.attemptContext, { report, ...ages });
}

/** How long ago the last process of the attempt had ended. */
function deadMsAgo({ attempt, stopReport }: CleanedRun): number {
  return attempt.end.ageMs - (stopReport.timeToDeadMs ?? 0);
}

/** The reports with present times: each try computes again how long ago the processes ended. */
function inputOf(run: CleanedRun) {
  const { attempt, stopReport, removalReport } = run;
  const { output, publications } = attempt;
  const out = { output, publications };
  const reports = { stopReport, removalReport, deadMsAgo: deadMsAgo(run), ...out };
  return { attempt: attempt.known, reports };
}

function sendEnd(run: CleanedRun, own: AttemptReport, slot: Slot): Promise<Result> {
  const { worker } = run;
  const { attemptContext: context } = worker;
  const { end, signalled } = own;
  return retryUntilDeadline(end.kind, worker, () => {
    const input = inputOf(run);
    switch (end.kind) {
      case 'stopped':
        return slot.end((next) => acknowledgeStop(context, { ...input, next }));
      case 'completed':
      case 'failed':
        return slot.end((next) => finishAttempt(context, { ...input, end, signalled, next }));
      case 'released':
      case 'hostFailed':
        return releaseAttempt(context, {
          ...{ ...input, why: end.why, outcome: end.kind },
          killed: end.kind === 'hostFailed' ? end.killed : null,
        });
      case 'lost':
        return restore(run, own);
    }
  });
}

/**
 * Acknowledges a stop that was requested before the render ended. Null when that is too late.
 */
async function sendStop(
  run: CleanedRun,
  own: AttemptReport,
  slot: Slot,
): Promise<AttemptReport | null> {
  const { worker, attempt } = run;
  const { attemptContext: context, journal, renderConnection } = worker;
  const { jobId, attemptId } = attempt.job;
  const stop = await retryUntilDeadline('stop request', worker, () =>
    findStopRequest(renderConnection.urgent, jobId, attemptId),
  );
  if (stop === null) return null;
  const { request, askedMsAgo: afterMs } = stop;
  const stopped: AttemptReport = { ...own, end: { kind: 'stopped', request, afterMs } };
  await journal.save(stopped);
  const acknowledged = await retryUntilDeadline('acknowledgement', worker, () =>
    slot.end((next) => acknowledgeStop(context, { ...inputOf(run), next })),
  );
  return acknowledged.ok ? stopped : null;
}

/**
 * A render may complete at the moment when a reason to end arrives. If no signal was sent before,
 * the output is published, so the render counts as ended by itself. So does a render that was ended
 * after it had published everything, unless an admin asked for the end.
 */
async function findFinalReason(run: CleanedRun): Promise<EndReason> {
  const { reason, render, stopReport } = run;
  if (isWhole(run)) return { kind: 'ended', end: { kind: 'completed' } };
  if (reason.kind === 'lost' || render === null || stopReport.firstSignalAt !== null) return reason;
  const end = await render.ended;
  return end.kind === 'completed' ? { kind: 'ended', end } : reason;
}

function isWhole({ attempt, reason }: CleanedRun): boolean {
  if (!attempt.allPublished || reason.kind === 'stopRequested') return false;
  // An action that does not publish may still have failed, and says so itself.
  return reason.kind !== 'ended' || reason.end.kind !== 'failed' || isCutOff(reason.end.failure);
}

/** Whether the render could not report its end itself. */
function isCutOff(failure: FailureKind): boolean {
  return failure === 'killed' || failure === 'crash' || failure === 'unknownError';
}

function describeReport(run: CleanedRun, end: AttemptReportEnd): AttemptReport {
  const { attempt, stopReport, removalReport } = run;
  const isComplete = end.kind === 'completed';
  const publications = isComplete ? allOut(attempt.publications) : attempt.publications;
  return {
    ...openReport(run),
    end,
    output: outputOf(publications),
    publications,
    signalled: stopReport.firstSignalAt !== null && run.reason.kind !== 'ended',
    stopReport,
    removalReport,
    ranMs: attempt.ageMs - deadMsAgo(run),
    deadAt: new Date(Date.now() - deadMsAgo(run)).toISOString(),
  };
}

/**
 * The end for the report, and, when the render failed, whose failure it is (failure-cause.ts of
 * domain). A failure with an unclear cause waits for the check of this host.
 */
async function describeEnd(run: AttemptRun, reason: EndReason): Promise<AttemptReportEnd> {
  switch (reason.kind) {
    case 'stopRequested':
      return { kind: 'stopped', request: reason.request, afterMs: reason.askedMsAgo };
    case 'shutDown':
      return release(run, 'the worker');
    case 'lost':
      return { kind: 'lost' };
    case 'overLimit':
      return await describeFailure(run, reason.sentence, reason.failure);
    case 'ended':
      return await describeRenderEnd(run, reason.end);
  }
}

async function describeRenderEnd(run: AttemptRun, end: RenderEnd): Promise<AttemptReportEnd> {
  switch (end.kind) {
    case 'completed':
      await run.worker.hostChecker.noteFrame();
      return { kind: 'completed' };
    case 'failed':
      return await describeFailure(run, end.reason, end.failure);
    case 'gateClosed': {
      const failure = 'It could not be asked in time whether the job may publish.';
      return { kind: 'failed', failure };
    }
  }
}

async function describeFailure(
  run: AttemptRun,
  failure: string,
  kind: FailureKind,
): Promise<AttemptReportEnd> {
  const { worker, attempt, log } = run;
  const { hostChecker, context } = worker;
  // At the end of a service or of the machine, the signal may reach the render before the worker.
  if (kind === 'killed' && attempt.isDraining) return release(run, 'the worker');
  const cause = decideCause(kind, attempt.progress.frame !== null);
  log.warn({ failure, kind, cause }, 'the render failed');
  if (cause === 'job') return { kind: 'failed', failure };
  if (cause === 'host' && stopsHost(kind)) await hostChecker.noteHostFailure(failure);
  const verdict = cause === 'host' ? 'host' : await hostChecker.judge();
  if (verdict === 'job') return { kind: 'failed', failure };
  if (verdict === 'unknown') return release(run, 'before its failure was explained, the worker');
  const why = `Attempt ${attempt.job.attempt} was given back by ${context.host}: ${failure}`;
  return { kind: 'hostFailed', why, killed: kind === 'killed' ? failure : null };
}

function release({ worker, attempt }: AttemptRun, who: string): AttemptReportEnd {
  const { host } = worker.context;
  const why = `Attempt ${attempt.job.attempt} was given back: ${who} on ${host} shut down.`;
  return { kind: 'released', why };
}
