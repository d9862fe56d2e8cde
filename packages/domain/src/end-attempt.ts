/*
 * What the end of an attempt changes, whoever tells it: the worker that ran it, the next daemon of
 * its host, or a recoverer that saw its lease run out. A host also tells what it knows of the
 * output: after a promotion the database may know less than the host.
 */
import { applyEvent, type JobEvent } from './apply-event.ts';
import { type AttemptOutcome, decideAfterLoss, decideRelease } from './attempt.ts';
import type { Job, Output } from './job.ts';
import { type JobEventName, mayLeave } from './job-transitions.ts';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';
import { decideFinalOutput, type PublishingAttempt, warnOfOutput } from './publish-gate.ts';
import type { Rejection } from './rejection.ts';
import { laterOutput } from './restore.ts';

/** What the rules need of an attempt that ends. */
export type EndingAttempt = Pick<PublishingAttempt, 'id' | 'number' | 'host' | 'output'>;

/** What a host tells when it has ended the processes of an attempt. */
export type HostProof = {
  readonly survivors: number;
  /** How far the output is out, as this host knows it. */
  readonly output: Output;
};

/** What is written on an attempt, besides times and reports. */
export type AttemptPatch = {
  readonly outcome?: AttemptOutcome;
  readonly output?: Output;
  /** Its host has proven that no process of it runs. */
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
  /** The system or another program ended a program of the render, as a sentence. */
  readonly killed?: string | null;
};

/** A cancel is over: the host of the running attempt has proven that nothing of it is left. */
export function decideAcknowledge(
  job: Job,
  { id: attemptId, output: before }: EndingAttempt,
  proof: HostProof,
  at: Date,
): EndDecision {
  const output = laterOutput(before, proof.output);
  const event = { type: 'acknowledgeStop', attemptId, survivors: proof.survivors } as const;
  return end(learn(job, proof), event, at, { outcome: 'stopped', output, isProven: true });
}

export type OwnEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failure: string };

/**
 * An attempt ended by itself. Rejected with `stopRequested` where a stop was requested first. But
 * where its output was out before any signal, the job is COMPLETED. `signalled`: whether one of its
 * processes got a signal before the end.
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
  const decided = end(learn(job, own.proof), event, at, patch);
  return decided.ok ? decided : { ok: false, rejection: { code: 'stopRequested', attemptId } };
}

/**
 * The job of an attempt that was lost or given back goes back to the queue, is FAILED where no
 * attempts are left or it was killed before, or CANCELLED where a stop was requested. Without a
 * proof the attempt is open from then on. A job whose output may be out says so.
 */
export function decideGiveUp(
  job: Job,
  attempt: EndingAttempt,
  { outcome, why, killed = null }: GivenUp,
  proof: HostProof | null,
  at: Date,
): EndDecision {
  if (job.stopRequest !== null && proof !== null) return decideAcknowledge(job, attempt, proof, at);
  const known = proof === null ? job : learn(job, proof);
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
 * A host proves the end of an attempt that had lost its job before. The job keeps its status, and
 * an `unconfirmed` receipt becomes `cancelled`.
 */
export function confirmEnd(
  job: Job,
  { output }: EndingAttempt,
  proof: HostProof,
): { readonly job: Job; readonly output: Output } {
  const after = { ...learn(job, proof), version: job.version + 1 };
  return { job: after, output: laterOutput(output, proof.output) };
}

/** The job with what the host knows of its output. */
function learn(job: Job, { output }: HostProof): Job {
  return { ...job, output: laterOutput(job.output, output) };
}

function end(job: Job, event: JobEvent, at: Date, patch: Required<AttemptPatch>): EndDecision {
  const moved = applyEvent(job, event, at);
  return moved.ok ? { ok: true, event: event.type, job: moved.job, ...patch } : moved;
}
