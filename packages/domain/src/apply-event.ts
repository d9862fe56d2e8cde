import { type Job, laterOutput, type Output, type StopRequest } from './job.ts';
import { type JobEventName, mayLeave, TRANSITIONS } from './job-transitions.ts';
import type { Lease } from './lease.ts';
import type { Rejection } from './rejection.ts';

/**
 * What can happen to a job, with the facts that the rules need. Each event of a worker names its
 * attempt. This is the fence: an event of an attempt that no longer holds the job is rejected.
 */
export type JobEvent =
  | { readonly type: 'claim'; readonly lease: Lease }
  | { readonly type: 'cancelQueued'; readonly request: StopRequest }
  | { readonly type: 'requestStop'; readonly request: StopRequest }
  | { readonly type: 'acknowledgeStop'; readonly attemptId: string; readonly survivors: number }
  | { readonly type: 'complete'; readonly attemptId: string }
  | { readonly type: 'finishFirst'; readonly attemptId: string; readonly signalled: boolean }
  | { readonly type: 'fail'; readonly attemptId: string; readonly failure: string }
  /** `countsAsAttempt` is false if the worker gave the job back unharmed. */
  | {
      readonly type: 'requeue';
      readonly attemptId: string;
      readonly failure: string;
      readonly countsAsAttempt: boolean;
    }
  | { readonly type: 'exhaust'; readonly attemptId: string; readonly failure: string }
  | { readonly type: 'hostLost'; readonly attemptId: string }
  | { readonly type: 'restoreComplete' | 'completeLate'; readonly output: Output }
  /** The attempt `attemptId` holds the job, but the output comes from an earlier attempt. */
  | { readonly type: 'completeEarlier'; readonly attemptId: string; readonly output: Output };

export type EventResult =
  | { readonly ok: true; readonly job: Job }
  | { readonly ok: false; readonly rejection: Rejection };

/** The job after the event, with its next version, or the reason why the event cannot happen. */
export function applyEvent(job: Job, event: JobEvent, at: Date): EventResult {
  if (!mayLeave(event.type, job.status))
    return reject({ code: 'noSuchMove', event: event.type, status: job.status });
  if ('attemptId' in event && event.attemptId !== job.lease?.attemptId)
    return reject({ code: 'lostAttempt', attemptId: event.attemptId });
  switch (event.type) {
    case 'claim':
      return moved(job, event.type, {
        lease: event.lease,
        attempts: job.attempts + 1,
        startedAt: at,
        failure: null,
      });
    case 'cancelQueued':
      return moved(job, event.type, { stopRequest: event.request, endedAt: at });
    case 'requestStop':
      return moved(job, event.type, { stopRequest: event.request });
    case 'acknowledgeStop':
      if (event.survivors > 0) return reject({ code: 'stillRunning', survivors: event.survivors });
      return moved(job, event.type, { lease: null, endedAt: at });
    case 'complete':
      // A job without output passes no publish gate.
      return moved(job, event.type, {
        lease: null,
        endedAt: at,
        output: job.output === 'none' ? 'none' : 'published',
      });
    case 'finishFirst':
      if (job.output === 'none' || event.signalled) return reject({ code: 'notFinishedFirst' });
      return moved(job, event.type, { lease: null, endedAt: at, output: 'published' });
    case 'fail':
      return moved(job, event.type, { lease: null, endedAt: at, failure: event.failure });
    case 'requeue':
      if (event.countsAsAttempt && job.attempts >= job.maxAttempts) return attemptsDisagree(job);
      return moved(job, event.type, {
        lease: null,
        startedAt: null,
        failure: event.failure,
        maxAttempts: job.maxAttempts + (event.countsAsAttempt ? 0 : 1),
      });
    case 'exhaust':
      if (job.attempts < job.maxAttempts) return attemptsDisagree(job);
      return moved(job, event.type, { lease: null, endedAt: at, failure: event.failure });
    case 'hostLost':
      return moved(job, event.type, { lease: null, endedAt: at });
    case 'restoreComplete':
    case 'completeLate':
      return moved(job, event.type, { endedAt: at, failure: null, output: out(job, event) });
    case 'completeEarlier':
      return moved(job, event.type, { lease: null, endedAt: at, output: out(job, event) });
  }
}

/** An attempt that had completed may have left the output of another attempt as it was. */
function out(job: Job, event: { readonly output: Output }): Output {
  return laterOutput(job.output, event.output);
}

function moved(job: Job, event: JobEventName, change: Partial<Job>): EventResult {
  return {
    ok: true,
    job: { ...job, ...change, status: TRANSITIONS[event].to, version: job.version + 1 },
  };
}

function attemptsDisagree(job: Job): EventResult {
  return reject({ code: 'attemptsDisagree', attempts: job.attempts, maxAttempts: job.maxAttempts });
}

function reject(rejection: Rejection): EventResult {
  return { ok: false, rejection };
}
