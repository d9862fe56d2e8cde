import { applyEvent } from './apply-event.ts';
import type { AttemptReport } from './attempt-report.ts';
import type { AttemptPatch } from './end-attempt.ts';
import { type Job, laterOutput, latestOutput } from './job.ts';
import type { JobEventName } from './job-transitions.ts';
import { allOut } from './publication.ts';
import { correctWarnings } from './publish-gate.ts';
import type { Rejection } from './rejection.ts';
import { type KnownAttempt, knownOutput, type RestoreStep } from './restore.ts';
import { provesEnd } from './stop-report.ts';

/** The job after one step of a restore, and what is written to one of its attempts. */
export type RestoreChange =
  | {
      readonly ok: true;
      /** Null if the job keeps its status. */
      readonly event: JobEventName | null;
      readonly job: Job;
      readonly attempt: (AttemptPatch & { readonly id: string }) | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * The change that a step of decideRestore makes. It confirms only the attempt of the report. If
 * another attempt loses the job, that attempt stays open until its own host reports it.
 */
export function applyRestore(
  step: RestoreStep,
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
  at: Date,
): RestoreChange {
  const changed = (change: Partial<Job>): Job => ({ ...job, ...change, version: job.version + 1 });
  const known = attempts.find(({ id }) => id === report.attemptId);
  const output = outputAfter(job, attempts, report);
  const warnings = warningsAfter(job, known, report);
  switch (step.kind) {
    case 'addAttempt': {
      const { number } = step;
      const after = changed({
        attempts: Math.max(job.attempts, number),
        maxAttempts: job.maxAttempts + Math.max(0, number - job.attempts),
      });
      return { ok: true, event: null, job: after, attempt: null };
    }
    case 'warn': {
      const warnings = [...job.warnings, step.warning];
      return { ok: true, event: null, job: changed({ warnings }), attempt: null };
    }
    case 'learn': {
      const { publications } = step;
      const known = publications === null ? {} : { publications };
      const attempt = { id: report.attemptId, output: step.output, ...known, isProven: false };
      return { ok: true, event: null, job: changed({ output }), attempt };
    }
    case 'confirm':
      return {
        ok: true,
        event: null,
        job: changed({ output, warnings }),
        attempt: proven(known, report),
      };
    case 'event':
    case 'takeBack': {
      const { event } = step;
      const moved = applyEvent({ ...job, output, warnings }, event, at);
      if (!moved.ok) return moved;
      const attempt = 'attemptId' in event ? endOf(event.attemptId, known, report) : null;
      return { ok: true, event: event.type, job: moved.job, attempt };
    }
  }
}

/** The output of the job: what the host found, or else as much as anyone knew. */
function outputAfter(
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): Job['output'] {
  if (report.publications === null || !provesEnd(report.stopReport))
    return laterOutput(job.output, report.output);
  const others = attempts.filter(({ id }) => id !== report.attemptId);
  return laterOutput(latestOutput(others), report.output);
}

/** The warnings of the job, corrected by what the host found. */
function warningsAfter(job: Job, known: KnownAttempt | undefined, report: AttemptReport) {
  const { output, publications, end } = report;
  if (publications === null || !provesEnd(report.stopReport) || known === undefined)
    return job.warnings;
  const isComplete = end.kind === 'completed';
  return correctWarnings(job.warnings, known, { output, publications, isComplete });
}

function endOf(id: string, known: KnownAttempt | undefined, report: AttemptReport) {
  if (id === report.attemptId) return proven(known, report);
  return { id, outcome: 'lost', isProven: false } as const;
}

/** What is written to the attempt of the report, whose end the report proves. */
function proven(
  known: KnownAttempt | undefined,
  report: AttemptReport,
): AttemptPatch & { readonly id: string } {
  const { attemptId: id, end, publications } = report;
  const isComplete = end.kind === 'completed';
  const out =
    publications === null ? {} : { publications: isComplete ? allOut(publications) : publications };
  return {
    id,
    outcome: isComplete ? 'completed' : (known?.outcome ?? end.kind),
    output: knownOutput(known ?? { output: 'none' }, report),
    ...out,
    isProven: true,
  };
}
