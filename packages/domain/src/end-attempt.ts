/*
 * What the end of an attempt changes, whichever program reports the end: the worker that ran the
 * attempt, the next daemon of its host, or a recoverer that saw the lease run out. A host also
 * reports what it knows of the output, because after a promotion the database may know less than
 * the host.
 */
import { applyEvent, type JobEvent } from './apply-event.ts';
import { type AttemptOutcome, decideAfterLoss, decideRelease } from './attempt.ts';
import { type Job, laterOutput, latestOutput, type Output } from './job.ts';
import { type JobEventName, mayLeave } from './job-transitions.ts';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';
import { allOut, type Publications } from './publication.ts';
import {
  correctWarnings,
  decideFinalOutput,
  type OtherAttempt,
  type PublishingAttempt,
  warnOfAllTwice,
  warnOfOutput,
  withWarnings,
} from './publish-gate.ts';
import type { Rejection } from './rejection.ts';

/** The facts of an ending attempt that the rules need. */
export type EndingAttempt = Pick<
  PublishingAttempt,
  'id' | 'number' | 'host' | 'output' | 'publications' | 'allPublished'
> & {
  /** The job's other attempts. */
  readonly others: readonly OtherAttempt[];
};

/** What a host reports when it has ended the processes of an attempt. */
export type HostProof = {
  readonly survivors: number;
  /** How much of the output is out, as this host knows it. */
  readonly output: Output;
  /** What the attempt put out, as the host has found; null if the host does not know. */
  readonly publications: Publications | null;
};

/** What is written to an attempt, besides its times and reports. */
export type AttemptPatch = {
  readonly outcome?: AttemptOutcome;
  readonly output?: Output;
  readonly publications?: Publications;
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
  attempt: EndingAttempt,
  proof: HostProof,
  at: Date,
): EndDecision {
  const { survivors } = proof;
  const event = { type: 'acknowledgeStop', attemptId: attempt.id, survivors } as const;
  const patch = { outcome: 'stopped', ...putOut(attempt, proof), isProven: true } as const;
  return end(withOutputOf(job, attempt, proof), event, at, patch);
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
  attempt: EndingAttempt,
  own: { readonly end: OwnEnd; readonly signalled: boolean; readonly proof: HostProof },
  at: Date,
): EndDecision {
  const { kind } = own.end;
  const attemptId = attempt.id;
  const completed: JobEvent = mayLeave('complete', job.status)
    ? { type: 'complete', attemptId }
    : { type: 'finishFirst', attemptId, signalled: own.signalled };
  const event: JobEvent =
    own.end.kind === 'completed'
      ? completed
      : { type: 'fail', attemptId, failure: own.end.failure };
  const out = putOut(attempt, own.proof);
  const isComplete = kind === 'completed';
  const patch = {
    outcome: kind,
    output: decideFinalOutput(out.output, isComplete),
    publications: isComplete ? allOut(out.publications) : out.publications,
    isProven: true,
  };
  const decided = end(withOutputOf(job, attempt, own.proof), event, at, patch);
  return decided.ok ? decided : { ok: false, rejection: { code: 'stopRequested', attemptId } };
}

/**
 * Takes the job from an attempt that was lost or given back. The job returns to the queue. It is
 * FAILED if no attempts are left or if an earlier attempt was killed too, CANCELLED if a stop was
 * requested, and COMPLETED if a lost attempt had put out all of its output. Without a proof the
 * attempt is open from then on. A job whose output may be out gets a warning.
 */
export function decideGiveUp(
  job: Job,
  attempt: EndingAttempt,
  { outcome, why, killed = null }: GivenUp,
  proof: HostProof | null,
  at: Date,
): EndDecision {
  if (job.stopRequest !== null && proof !== null) return decideAcknowledge(job, attempt, proof, at);
  const known = proof === null ? job : withOutputOf(job, attempt, proof);
  const repeated = killed === null ? null : decideRepeatedKill(known, attempt, killed);
  const event =
    repeated ??
    (outcome === 'lost' ? decideAfterLoss(known, attempt, why) : decideRelease(known, why));
  if (event === null)
    return { ok: false, rejection: { code: 'lostAttempt', attemptId: attempt.id } };
  const out = proof === null ? attempt : putOut(attempt, proof);
  const { output, publications } = out;
  const isComplete = event.type === 'complete';
  const ended = isComplete ? 'completed' : repeated === null ? outcome : 'failed';
  const patch = { outcome: ended, output, publications, isProven: proof !== null } as const;
  const decided = end(known, event, at, patch);
  if (isComplete) return decided;
  const isFirstKill = killed !== null && repeated === null;
  if (!decided.ok) return decided;
  const more = [isFirstKill ? warnOfKill(attempt) : null, warnOfOutput({ ...attempt, output })];
  const warnings = withWarnings(known.warnings, more);
  return { ...decided, job: { ...decided.job, warnings } };
}

/**
 * A host proves the end of an attempt that had already lost its job. The job keeps its status, and
 * an `unconfirmed` receipt becomes `cancelled`.
 */
export function confirmEnd(
  job: Job,
  attempt: EndingAttempt,
  proof: HostProof,
): { readonly job: Job } & PutOut {
  const after = { ...withOutputOf(job, attempt, proof), version: job.version + 1 };
  return { job: after, ...putOut(attempt, proof) };
}

type PutOut = { readonly output: Output; readonly publications: Publications };

/** What the attempt put out: as its host found, or else as much as the database knew. */
function putOut(attempt: EndingAttempt, { output, publications }: HostProof): PutOut {
  if (publications !== null) return { output, publications };
  return { output: laterOutput(attempt.output, output), publications: attempt.publications };
}

/** The job with the facts of the host about its output. */
function withOutputOf(job: Job, attempt: EndingAttempt, proof: HostProof): Job {
  const { output, publications } = proof;
  if (publications === null) return { ...job, output: laterOutput(job.output, output) };
  const found = { output, publications, isComplete: false };
  const corrected = correctWarnings(job.warnings, attempt, found);
  const twice = warnOfAllTwice(attempt.others, attempt, publications);
  const warnings = withWarnings(corrected, twice);
  return { ...job, output: laterOutput(latestOutput(attempt.others), output), warnings };
}

function end(job: Job, event: JobEvent, at: Date, patch: Required<AttemptPatch>): EndDecision {
  const moved = applyEvent(job, event, at);
  return moved.ok ? { ok: true, event: event.type, job: moved.job, ...patch } : moved;
}
