import type { BoundHost } from './bound-host.ts';
import type { Output } from './job.ts';
import type { JobStatus } from './job-status.ts';
import type { JobEventName } from './job-transitions.ts';

/** What is known of the change that made a version stale. */
export type VersionChange = { readonly by: string; readonly at: Date; readonly what: string };

/**
 * Every reason for which a rule says no, each with its facts, with who meets it and what follows.
 * A rejection changes nothing.
 */
export type Rejection =
  | JobRejection
  | HostRejection
  | AccessRejection
  | WebhookRejection
  | WorkerRejection;

/** What a person or program meets that submits, reads or changes a job. */
export type JobRejection =
  /** No job has this id: the caller looks it up in the list. */
  | { readonly code: 'unknownJob'; readonly id: string }
  /** An admin cancels a job that ended on its own: there is nothing to cancel. */
  | { readonly code: 'alreadyEnded'; readonly status: JobStatus; readonly endedAt: Date | null }
  /** An admin sets the priority of a job that does not wait: only QUEUED jobs have a place. */
  | {
      readonly code: 'notQueued';
      readonly status: JobStatus;
      readonly host: string | null;
      readonly startedAt: Date | null;
      readonly endedAt: Date | null;
    }
  /** Somebody changed the job since the caller read it: the caller reads it again and decides. */
  | {
      readonly code: 'staleVersion';
      readonly expected: number;
      readonly actual: number;
      readonly priority: number;
      readonly change: VersionChange | null;
    }
  /** The priority is not a whole number from 0 to 100: the caller corrects it. */
  | { readonly code: 'invalidPriority'; readonly priority: number }
  /** A submitter asks for more than submitters may: it submits with less, or an admin raises it. */
  | { readonly code: 'priorityTooHigh'; readonly priority: number; readonly most: number }
  /** A program reuses a key for another submission: it is told the first one's job. */
  | { readonly code: 'keyReused'; readonly jobId: string }
  /** A submitter runs somebody else's job again: its owner or an admin does. */
  | {
      readonly code: 'notOwnJob';
      readonly submittedBy: string;
      /** Null where only the name is known. */
      readonly kind: 'user' | 'token' | null;
    }
  /** The secrets of the job were deleted after its end: it is submitted anew, with them. */
  | { readonly code: 'secretsGone'; readonly id: string; readonly deletedAt: Date }
  /** No receipt has this number: the caller looks it up in the audit log. */
  | { readonly code: 'unknownReceipt'; readonly number: number };

/** What an admin meets that checks a host, declares it gone or hands its name over. */
export type HostRejection =
  /** No host has this name: the admin lists the hosts. */
  | { readonly code: 'unknownHost'; readonly name: string }
  /** The host was heard within its lease: it reports by itself, or its worker is stopped first. */
  | { readonly code: 'hostHeard'; readonly name: string; readonly lastHeardAt: Date }
  /** The host is silent or stopped: it cannot check itself until its worker runs again. */
  | { readonly code: 'hostNotHeard'; readonly name: string; readonly lastHeardAt: Date }
  /** Attempts of a silent host still hold jobs: their leases run out first. */
  | { readonly code: 'hostHoldsJobs'; readonly name: string; readonly jobs: number };

/** What a person or program meets that signs in or grants access. */
export type AccessRejection =
  /** No open session or valid token: the request counts as anonymous. */
  | { readonly code: 'notSignedIn' }
  /** Name or password is wrong, or the user is disabled: who signs in is not told which. */
  | { readonly code: 'wrongCredentials' }
  /** The present password is wrong: nothing is changed, and it counts as a failed sign-in. */
  | { readonly code: 'wrongPassword' }
  /** A token has no password: a user changes it. */
  | { readonly code: 'noPassword' }
  /** Too many sign-ins from this address, or guesses at this name: none is checked until then. */
  | { readonly code: 'tooManyLogins'; readonly retryAfterSeconds: number }
  /** An admin makes a user, token or webhook whose name exists: the admin takes another name. */
  | { readonly code: 'nameTaken'; readonly of: 'user' | 'token' | 'webhook'; readonly name: string }
  /** An admin changes a user who does not exist: the admin lists the users. */
  | { readonly code: 'unknownUser'; readonly name: string }
  /** An admin would leave no admin: another one must be made first. */
  | { readonly code: 'lastAdmin'; readonly name: string }
  /** An admin revokes a token that does not exist: the admin lists the tokens. */
  | { readonly code: 'unknownToken'; readonly name: string }
  /** An admin revokes a session that is not open: it may be over already. */
  | { readonly code: 'unknownSession'; readonly id: string }
  /** The API starts with a first admin configured, and users exist: none is made. */
  | { readonly code: 'usersExist' };

/** What an admin meets that changes webhooks or sends a message again. */
export type WebhookRejection =
  /** No webhook has this name: the admin lists the webhooks. */
  | { readonly code: 'unknownWebhook'; readonly name: string }
  /** No message has this id: it may have been deleted with its webhook, or with age. */
  | { readonly code: 'unknownDelivery'; readonly id: string }
  /** The webhook is disabled, so it sends nothing: the admin enables it first. */
  | { readonly code: 'webhookDisabled'; readonly name: string }
  /** There are as many webhooks as a farm may have: the admin deletes one first. */
  | { readonly code: 'tooManyWebhooks'; readonly most: number };

/** What a worker meets; over the API these would be a bug. */
export type WorkerRejection =
  /** A worker claims and no job waits: it polls again at the next notification. */
  | { readonly code: 'queueEmpty' }
  /** Another daemon or host has the name or the host id: this one does not start. */
  | { readonly code: 'nameHeld'; readonly heldBy: BoundHost; readonly sentence: string }
  /** The login of the worker may not use its name: the worker does not start. */
  | { readonly code: 'notOfLogin'; readonly sentence: string }
  /**
   * A host with a login of its own reports an attempt that the database does not know, while
   * another host holds the job or the job is over: it keeps the report and tries again.
   */
  | { readonly code: 'heldElsewhere'; readonly jobId: string }
  /** The job belongs to another attempt by now: the worker reports what it ended as an orphan. */
  | { readonly code: 'lostAttempt'; readonly attemptId: string }
  /** A stop was asked for before the worker published or finished: it acknowledges the stop. */
  | { readonly code: 'stopRequested'; readonly attemptId: string }
  /** Another attempt of the job may have put its output out: the worker waits and asks again. */
  | {
      readonly code: 'otherMayPublish';
      readonly number: number;
      readonly host: string;
      readonly output: Output;
    }
  /** A worker says that it received a stop request, and there is none: nothing is recorded. */
  | { readonly code: 'noStopRequest'; readonly attemptId: string }
  /** A worker removed files of an attempt that is not on record: nothing is recorded. */
  | { readonly code: 'unknownAttempt'; readonly attemptId: string }
  /** The job has no attempt with this number, or none at all. */
  | { readonly code: 'unknownNumber'; readonly number: number | null }
  /** The log of the attempt was kept long enough. */
  | { readonly code: 'logDeleted'; readonly number: number; readonly at: Date }
  /** A worker acknowledges a stop while processes survive: it stops them again. */
  | { readonly code: 'stillRunning'; readonly survivors: number }
  /** An attempt asked to stop had not published, or was signalled: the stop stands. */
  | { readonly code: 'notFinishedFirst' }
  /** No attempts are left (requeue), or some still are (exhaust): a bug of the caller. */
  | { readonly code: 'attemptsDisagree'; readonly attempts: number; readonly maxAttempts: number }
  /** The table has no such move: a late writer, or a bug. */
  | { readonly code: 'noSuchMove'; readonly event: JobEventName; readonly status: JobStatus };
