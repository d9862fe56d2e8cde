import { applyEvent } from './apply-event.ts';
import type { AttemptReport } from './attempt-report.ts';
import type { AttemptPatch } from './end-attempt.ts';
import type { Job } from './job.ts';
import type { JobEventName } from './job-transitions.ts';
import type { Rejection } from './rejection.ts';
import { type KnownAttempt, laterOutput, type RestoreStep } from './restore.ts';

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
  const output = laterOutput(job.output, report.output);
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
      const attempt = { id: report.attemptId, output: step.output, isProven: false };
      return { ok: true, event: null, job: changed({ output }), attempt };
    }
    case 'confirm':
      return { ok: true, event: null, job: changed({ output }), attempt: proven(attempts, report) };
    case 'event':
    case 'takeBack': {
      const { event } = step;
      const moved = applyEvent({ ...job, output }, event, at);
      if (!moved.ok) return moved;
      const attempt = 'attemptId' in event ? endOf(event.attemptId, attempts, report) : null;
      return { ok: true, event: event.type, job: moved.job, attempt };
    }
  }
}

function endOf(id: string, attempts: readonly KnownAttempt[], report: AttemptReport) {
  if (id === report.attemptId) return proven(attempts, report);
  return { id, outcome: 'lost', isProven: false } as const;
}

/** What is written to the attempt of the report, whose end the report proves. */
function proven(
  attempts: readonly KnownAttempt[],
  { attemptId: id, end, output }: AttemptReport,
): AttemptPatch & { readonly id: string } {
  const known = attempts.find((attempt) => attempt.id === id);
  return {
    id,
    outcome: known?.outcome ?? end.kind,
    output: laterOutput(known?.output ?? 'none', output),
    isProven: true,
  };
}
