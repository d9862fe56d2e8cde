/* How an attempt ended, and where it failed, whose failure that is (domain's failure-cause.ts). */
import {
  type AttemptReportEnd,
  decideCause,
  type FailureKind,
  stopsHost,
} from '@renderdeck/domain';
import type { RenderEnd } from '@renderdeck/render-host';
import type { AttemptRun } from './attempt-run.ts';
import type { EndReason } from './end-signal.ts';

/** The end as it is reported. A failure of an unclear cause waits for the check of this host. */
export async function describeEnd(run: AttemptRun, reason: EndReason): Promise<AttemptReportEnd> {
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
      await run.worker.selfCheck.noteFrame();
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
  const { selfCheck, context } = worker;
  // The end of a service or of the machine may reach the render before the worker itself.
  if (kind === 'killed' && attempt.isDraining) return release(run, 'the worker');
  const cause = decideCause(kind, attempt.progress.frame !== null);
  log.warn({ failure, kind, cause }, 'the render failed');
  if (cause === 'job') return { kind: 'failed', failure };
  if (cause === 'host' && stopsHost(kind)) await selfCheck.noteHostFailure(failure);
  const verdict = cause === 'host' ? 'host' : await selfCheck.judge();
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
