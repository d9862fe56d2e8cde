/*
 * What the end of an attempt changes, whichever program reports the end: the worker that ran the
 * attempt, the next daemon of its host, or a recoverer that saw the lease run out. A host also
 * reports what it knows of the output, because after a promotion the database may know less than
 * the host.
 */
import { applyEvent, type JobEvent } from './apply-event.ts';
import { type AttemptOutcome, decideAfterLoss, decideRelease } from './attempt.ts';
import type { Job, Output } from './job.ts';
import { type JobEventName, mayLeave } from './job-transitions.ts';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';
import { decideFinalOutput, type PublishingAttempt, warnOfOutput } from './publish-gate.ts';
import type { Rejection } from './rejection.ts';
import { laterOutput } from './restore.ts';

/** The facts of an ending attempt that the rules need. */
export type EndingAttempt = Pick<PublishingAttempt, 'id' | 'number' | 'host' | 'output'>;

/** What a host reports when it has ended the processes of an attempt. */
export type HostProof = {
  readonly survivors: number;
  /** How much of the output is out, as this host knows it. */
  readonly output: Output;
};

/** What is written to an attempt, besides its times and reports. */
export type AttemptPatch = {
  readonly outcome?: AttemptOutcome;
  readonly output?: Output;
  /** The host of the attempt has proven that no process of the attempt runs. */
  readonly isProven: boolean;
};

export type EndDecision =
  | (Required<AttemptPatch> & {
      readonly ok: true;
      readonly event: JobEventName;
      readonly job: Job;
    })
  | { readonly ok: false; readonly rejection: Rejection };

/** Why a job gives up its attempt. */
export type GivenUp = {
  readonly outcome: 'lost' | 'released' | 'hostFailed';
  readonly why: string;
  /** A sentence if the system or another program ended a program of the render. */
  readonly killed?: string | null;
};

/**
 * Ends a cancel: the host of the running attempt has proven that no process of the attempt is left.
 */
export function decideAcknowledge(
  job: Job,
  { id: attemptId, output: before }: EndingAttempt,
  proof: HostProof,
  at: Date,
): EndDecision {
  const output = laterOutput(before, proof.output);
  const event = { type: 'acknowledgeStop', attemptId, survivors: proof.survivors } as const;
  return end(withOutputOf(job, proof), event, at, { outcome: 'stopped', output, isProven: true });
}

export type OwnEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failure: string };

/**
 * Ends an attempt that ended by itself. If a stop was requested first, the end is rejected with
 * `stopRequested`. But if the output was out before any signal, the job is COMPLETED. `signalled`:
 * whether a process of the attempt got a signal before the end.
 */
export function decideFinish(
  job: Job,
  { id: attemptId, output: before }: EndingAttempt,
  own: { readonly end: OwnEnd; readonly signalled: boolean; readonly proof: HostProof },
  at: Date,
): EndDecision {
  const { kind } = own.end;
  const completed: JobEvent = mayLeave('complete', job.status)
    ? { type: 'complete', attemptId }
    : { type: 'finishFirst', attemptId, signalled: own.signalled };
  const event: JobEvent =
    own.end.kind === 'completed'
      ? completed
      : { type: 'fail', attemptId, failure: own.end.failure };
  const output = decideFinalOutput(laterOutput(before, own.proof.output), kind === 'completed');
  const patch = { outcome: kind, output, isProven: true };
  const decided = end(withOutputOf(job, own.proof), event, at, patch);
  return decided.ok ? decided : { ok: false, rejection: { code: 'stopRequested', attemptId } };
}

/**
 * Takes the job from an attempt that was lost or given back. The job returns to the queue. It is
 * FAILED if no attempts are left or if an earlier attempt was killed too, and CANCELLED if a stop
 * was requested. Without a proof the attempt is open from then on. A job whose output may be out
 * gets a warning.
 */
export function decideGiveUp(
  job: Job,
  attempt: EndingAttempt,
  { outcome, why, killed = null }: GivenUp,
  proof: HostProof | null,
  at: Date,
): EndDecision {
  if (job.stopRequest !== null && proof !== null) return decideAcknowledge(job, attempt, proof, at);
  const known = proof === null ? job : withOutputOf(job, proof);
  const repeated = killed === null ? null : decideRepeatedKill(known, attempt, killed);
  const event =
    repeated ?? (outcome === 'lost' ? decideAfterLoss(known, why) : decideRelease(known, why));
  if (event === null)
    return { ok: false, rejection: { code: 'lostAttempt', attemptId: attempt.id } };
  const output = laterOutput(attempt.output, proof?.output ?? 'none');
  const ended = repeated === null ? outcome : 'failed';
  const decided = end(known, event, at, { outcome: ended, output, isProven: proof !== null });
  const isFirstKill = killed !== null && repeated === null;
  const warnings = [
    ...(isFirstKill ? [warnOfKill(attempt)] : []),
    ...[warnOfOutput({ ...attempt, output })].filter((warning) => warning !== null),
  ];
  if (!decided.ok || warnings.length === 0) return decided;
  return { ...decided, job: { ...decided.job, warnings: [...job.warnings, ...warnings] } };
}

/**
 * A host proves the end of an attempt that had already lost its job. The job keeps its status, and
 * an `unconfirmed` receipt becomes `cancelled`.
 */
export function confirmEnd(
  job: Job,
  { output }: EndingAttempt,
  proof: HostProof,
): { readonly job: Job; readonly output: Output } {
  const after = { ...withOutputOf(job, proof), version: job.version + 1 };
  return { job: after, output: laterOutput(output, proof.output) };
}

/** The job with the facts of the host about its output. */
function withOutputOf(job: Job, { output }: HostProof): Job {
  return { ...job, output: laterOutput(job.output, output) };
}

function end(job: Job, event: JobEvent, at: Date, patch: Required<AttemptPatch>): EndDecision {
  const moved = applyEvent(job, event, at);
  return moved.ok ? { ok: true, event: event.type, job: moved.job, ...patch } : moved;
}
