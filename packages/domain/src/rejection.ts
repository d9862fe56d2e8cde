import type { JobStatus } from './job-status.ts';
import type { JobEventName } from './job-transitions.ts';
import type { ProcessIdentity } from './tree-record.ts';

/** What is known of the change that made a version stale. */
export type VersionChange = { readonly by: string; readonly at: Date; readonly what: string };

/** A worker's daemon as its host's row names it. */
export type OtherDaemon = ProcessIdentity & {
  readonly heard: boolean;
  readonly lastHeardAt: Date;
};

/** Every reason for which the rules say no, each with the facts a person needs. A rejection changes nothing. */
export type Rejection =
  /** No job has this id. */
  | { readonly code: 'unknownJob'; readonly id: string }
  /** The job ended on its own: there is nothing to cancel. */
  | { readonly code: 'alreadyEnded'; readonly status: JobStatus; readonly endedAt: Date | null }
  /** Only QUEUED jobs have a priority that matters. */
  | {
      readonly code: 'notQueued';
      readonly status: JobStatus;
      readonly host: string | null;
      readonly startedAt: Date | null;
      readonly endedAt: Date | null;
    }
  /** Somebody changed the job since the caller looked. */
  | {
      readonly code: 'staleVersion';
      readonly expected: number;
      readonly actual: number;
      readonly priority: number;
      readonly change: VersionChange | null;
    }
  /** Not a whole number from 0 to 100. */
  | { readonly code: 'invalidPriority'; readonly priority: number }
  /** The table has no such move: a late writer, or a bug. */
  | { readonly code: 'noSuchMove'; readonly event: JobEventName; readonly status: JobStatus }
  /** The job belongs to another attempt by now. */
  | { readonly code: 'lostAttempt'; readonly attemptId: string }
  /** A stop is acknowledged only when nothing is left running. */
  | { readonly code: 'stillRunning'; readonly survivors: number }
  /** The attempt had not published, or was signalled: it did not finish first. */
  | { readonly code: 'notFinishedFirst' }
  /** A worker claims and no job waits: it polls again at the next notification. */
  | { readonly code: 'queueEmpty' }
  /** A stop was asked for before the worker published or finished: the worker acknowledges it. */
  | { readonly code: 'stopRequested'; readonly attemptId: string }
  /** A worker says that it received a stop request, and there is none: nothing is recorded. */
  | { readonly code: 'noStopRequest'; readonly attemptId: string }
  /** A worker removed files of an attempt that is not on record: nothing is recorded. */
  | { readonly code: 'unknownAttempt'; readonly attemptId: string }
  /** A living daemon has the host's name: the second one does not start. */
  | { readonly code: 'nameHeld'; readonly heldBy: OtherDaemon }
  /** No attempts are left (requeue), or some still are (exhaust). */
  | { readonly code: 'attemptsDisagree'; readonly attempts: number; readonly maxAttempts: number };

export type RejectionCode = Rejection['code'];
