import type { BoundHost } from './bound-host.ts';
import type { Output } from './job.ts';
import type { JobStatus } from './job-status.ts';
import type { JobEventName } from './job-transitions.ts';
import type { LoginObstacle } from './login-obstacle.ts';

/** The facts of the change that made a version stale. */
export type VersionChange = { readonly by: string; readonly at: Date; readonly what: string };

/**
 * Every reason for which a rule says no, with its facts. Each comment says who gets it and what
 * follows. A rejection changes nothing.
 */
export type Rejection =
  | JobRejection
  | HostRejection
  | AccessRejection
  | WebhookRejection
  | WorkerRejection;

/** The rejections for people and programs that submit, read or change a job. */
export type JobRejection =
  /** No job has this id: the caller looks the job up in the list. */
  | { readonly code: 'unknownJob'; readonly id: string }
  /** An admin cancels a job that ended by itself: there is nothing to cancel. */
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
  /**
   * A submitter asks for a higher priority than submitters may: it submits with a lower one, or an
   * admin raises the priority later.
   */
  | { readonly code: 'priorityTooHigh'; readonly priority: number; readonly most: number }
  /**
   * A program reuses a key for another submission: the rejection names the job of the first one.
   */
  | { readonly code: 'keyReused'; readonly jobId: string }
  /** A client chooses a uid that belongs to another job: it chooses another or leaves it out. */
  | { readonly code: 'uidTaken'; readonly uid: string; readonly jobId: string }
  /** A submitter runs another user's job again: the owner of the job or an admin must do it. */
  | {
      readonly code: 'notOwnJob';
      readonly submittedBy: string;
      /** Null if only the name is known. */
      readonly kind: 'user' | 'token' | null;
    }
  /**
   * The secrets of the job were deleted after its end: the caller submits it again, with them.
   */
  | { readonly code: 'secretsGone'; readonly id: string; readonly deletedAt: Date }
  /**
   * The edited copy of a job hides values at these places, and no secret stays there: the caller
   * gives the secrets again.
   */
  | { readonly code: 'secretsLost'; readonly places: readonly string[] }
  /** No receipt has this number: the caller looks it up in the audit log. */
  | { readonly code: 'unknownReceipt'; readonly number: number };

/** The rejections for an admin who changes a host, and for a machine that joins. */
export type HostRejection =
  /** No host has this name: the admin looks it up in the list of hosts. */
  | { readonly code: 'unknownHost'; readonly name: string }
  /**
   * The host was heard within its lease: it reports by itself, or an admin stops its worker first.
   */
  | { readonly code: 'hostHeard'; readonly name: string; readonly lastHeardAt: Date }
  /** The host is silent or stopped: it cannot check itself until its worker runs again. */
  | { readonly code: 'hostNotHeard'; readonly name: string; readonly lastHeardAt: Date }
  /** Attempts of a silent host still hold jobs: their leases must run out first. */
  | { readonly code: 'hostHoldsJobs'; readonly name: string; readonly jobs: number }
  /** No invitation has this token: the person who joins asks an admin for a new one. */
  | { readonly code: 'unknownInvitation' }
  /** The invitation was used, expired or was withdrawn: an admin makes a new one. */
  | {
      readonly code: 'invitationOver';
      readonly name: string;
      readonly why: 'used' | 'withdrawn' | 'expired';
      readonly at: Date;
    }
  /** The invitation is for another host: the person who joins takes its name, or asks for one. */
  | { readonly code: 'invitedOther'; readonly name: string; readonly asked: string }
  /** The name has a login, and the invitation does not replace its password. */
  | { readonly code: 'hostHasLogin'; readonly name: string; readonly login: string }
  /** The host has no login of its own, so none can be revoked. */
  | { readonly code: 'noHostLogin'; readonly name: string }
  /** The owner of the tables may not make or change logins: a superuser gives it the right. */
  | ({ readonly code: 'loginsNotAllowed' } & LoginObstacle);

/** The rejections for people and programs that sign in or grant access. */
export type AccessRejection =
  /** The request has no open session and no valid token: it counts as anonymous. */
  | { readonly code: 'notSignedIn' }
  /** The name or password is wrong, or the user is disabled: the caller is not told which. */
  | { readonly code: 'wrongCredentials' }
  /** The current password is wrong: nothing changes, and the try counts as a failed sign-in. */
  | { readonly code: 'wrongPassword' }
  /** A token has no password: only a user can change a password. */
  | { readonly code: 'noPassword' }
  /**
   * Too many sign-ins from this address, or guesses at this name: no password is checked until
   * then.
   */
  | { readonly code: 'tooManyLogins'; readonly retryAfterSeconds: number }
  /**
   * An admin makes a user, token or webhook whose name is taken: the admin chooses another name.
   */
  | { readonly code: 'nameTaken'; readonly of: 'user' | 'token' | 'webhook'; readonly name: string }
  /** An admin changes a user who does not exist: the admin looks the user up in the list. */
  | { readonly code: 'unknownUser'; readonly name: string }
  /** The change would leave no admin: another admin must be made first. */
  | { readonly code: 'lastAdmin'; readonly name: string }
  /** An admin revokes a token that does not exist: the admin looks the token up in the list. */
  | { readonly code: 'unknownToken'; readonly name: string }
  /** An admin revokes a session that is not open: the session may already have ended. */
  | { readonly code: 'unknownSession'; readonly id: string }
  /** A first admin is configured when the API starts, but users exist already: no user is made. */
  | { readonly code: 'usersExist' };

/** The rejections for an admin who changes webhooks or sends a message again. */
export type WebhookRejection =
  /** No webhook has this name: the admin looks it up in the list of webhooks. */
  | { readonly code: 'unknownWebhook'; readonly name: string }
  /** No message has this id: it may have been deleted with its webhook or because of its age. */
  | { readonly code: 'unknownDelivery'; readonly id: string }
  /** The webhook is disabled, so it sends nothing: the admin enables it first. */
  | { readonly code: 'webhookDisabled'; readonly name: string }
  /** The farm has as many webhooks as it may have: the admin deletes one first. */
  | { readonly code: 'tooManyWebhooks'; readonly most: number };

/** The rejections for a worker. Over the API they would be a bug. */
export type WorkerRejection =
  /** A worker claims, and no job waits: the worker polls again after the next notification. */
  | { readonly code: 'queueEmpty' }
  /**
   * A worker claims before it has sent its journal to this incarnation of the database, which may
   * lack the end of a job that the host has completed: the worker sends the journal first.
   */
  | { readonly code: 'journalUnsent'; readonly incarnation: string }
  /** Another daemon or host has the name or the host id: the worker that asks does not start. */
  | { readonly code: 'nameHeld'; readonly heldBy: BoundHost; readonly sentence: string }
  /** The login of the worker may not use the host name: the worker does not start. */
  | { readonly code: 'notOfLogin'; readonly sentence: string }
  /**
   * A host with a login of its own reports an attempt that the database does not know, while
   * another host holds the job or the job is over: the host keeps the report and tries again.
   */
  | { readonly code: 'heldElsewhere'; readonly jobId: string }
  /** Another attempt holds the job now: the worker reports its own attempt as an orphan. */
  | { readonly code: 'lostAttempt'; readonly attemptId: string }
  /**
   * A stop was requested before the worker published or finished: the worker acknowledges the stop.
   */
  | { readonly code: 'stopRequested'; readonly attemptId: string }
  /** Another attempt of the job may have published: the worker waits and asks again. */
  | {
      readonly code: 'otherMayPublish';
      readonly number: number;
      readonly host: string;
      readonly output: Output;
    }
  /** A worker reports that it received a stop request, but none exists: nothing is recorded. */
  | { readonly code: 'noStopRequest'; readonly attemptId: string }
  /** A worker removed files of an attempt that is not on record: nothing is recorded. */
  | { readonly code: 'unknownAttempt'; readonly attemptId: string }
  /** The job has no attempt with this number, or no attempt at all. */
  | { readonly code: 'unknownNumber'; readonly number: number | null }
  /** The attempt has no output with this number on record. */
  | { readonly code: 'noOutput'; readonly attempt: number; readonly number: number }
  /** The attempt has no picture with this number, or no longer. */
  | { readonly code: 'noPicture'; readonly attempt: number; readonly number: number }
  /** The log of the attempt was deleted because of its age. */
  | { readonly code: 'logDeleted'; readonly number: number; readonly at: Date }
  /** A worker acknowledges a stop while processes survive: the worker must stop them again. */
  | { readonly code: 'stillRunning'; readonly survivors: number }
  /**
   * The attempt that was asked to stop had not published, or got a signal: the stop stays in force.
   */
  | { readonly code: 'notFinishedFirst' }
  /** No attempts are left (requeue), or some are left (exhaust): a bug of the caller. */
  | { readonly code: 'attemptsDisagree'; readonly attempts: number; readonly maxAttempts: number }
  /** The table has no such transition: a late writer, or a bug. */
  | { readonly code: 'noSuchMove'; readonly event: JobEventName; readonly status: JobStatus };
