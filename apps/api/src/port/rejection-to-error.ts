import { nameActor, refuse } from '@renderdeck/contract';
import type { Done, Rejection, Result } from '@renderdeck/operations';
import { joinRejectionToError } from './join-rejections.ts';

const SECRET_LOST =
  'This secret is hidden, and its part of the job was changed. Type it again, or undo the change.';

/**
 * Returns the facts of an operation that succeeded. For a rejection, throws the contract's error.
 */
export function doneOrThrow<Facts>(result: Result<Facts>): Done<Facts> {
  if (!result.ok) throw rejectionToError(result.rejection);
  return result;
}

/**
 * Converts a rejection to the contract's error: its code, a sentence for people, and its facts.
 * Long because: it is one exhaustive switch over the rejections.
 */
export function rejectionToError(rejection: Rejection): Error {
  switch (rejection.code) {
    case 'unknownJob': {
      const { id } = rejection;
      const sentence = `No job has the id ${id}; look it up in the list of jobs.`;
      return refuse('job_not_found', sentence, { id });
    }
    case 'unknownNumber': {
      const { number } = rejection;
      const sentence =
        number === null
          ? 'The job has no attempt as yet; no host has taken it.'
          : `The job has no attempt ${number}; look it up in the job.`;
      return refuse('attempt_not_found', sentence, { attempt: number });
    }
    case 'noOutput': {
      const { attempt, number } = rejection;
      return refuse('output_not_found', undefined, { attempt, output: number });
    }
    case 'noPicture': {
      const { attempt, number } = rejection;
      return refuse('picture_not_found', undefined, { attempt, picture: number });
    }
    case 'logDeleted': {
      const { number, at } = rejection;
      const sentence = `The log of attempt ${number} was deleted on ${at.toISOString()}.`;
      return refuse('log_deleted', sentence, { attempt: number, deletedAt: at.toISOString() });
    }
    case 'alreadyEnded':
      return alreadyEnded(rejection);
    case 'notQueued':
      return notQueued(rejection);
    case 'staleVersion':
      return staleVersion(rejection);
    case 'invalidPriority': {
      const sentence = 'A priority is a whole number from 0 to 100; larger runs first.';
      return refuse('invalid_input', sentence, { priority: rejection.priority });
    }
    case 'priorityTooHigh': {
      const { priority, most } = rejection;
      const sentence =
        `Priority ${priority} is an admin’s; your role submits with ${most} or less. ` +
        'Submit with that, and ask an admin to raise it.';
      return refuse('priority_too_high', sentence, { priority, most });
    }
    case 'keyReused':
      return refuse('idempotency_key_reused', undefined, { jobId: rejection.jobId });
    case 'uidTaken': {
      const { uid, jobId } = rejection;
      const sentence = `The job ${jobId} has the uid ${uid}, and it is another submission.`;
      return refuse('uid_taken', `${sentence} Choose another uid, or leave it out.`, {
        uid,
        jobId,
      });
    }
    case 'notOwnJob': {
      const { submittedBy, kind } = rejection;
      const sentence =
        kind === null
          ? `Of this job only the name ${submittedBy} is known, not which user or token ` +
            'that was. Ask an admin to run it again.'
          : `${nameActor({ kind, name: submittedBy })} submitted this job; ` +
            'you may run only your own jobs again. Ask an admin.';
      return refuse('not_your_job', sentence, { submittedBy });
    }
    case 'secretsGone': {
      const { id, deletedAt } = rejection;
      const sentence =
        `The secrets of this job were deleted ${atTime(deletedAt)}, so it cannot run again as it ` +
        'was; submit it again, with them.';
      return refuse('secrets_deleted', sentence, { id, secretsDeletedAt: deletedAt });
    }
    case 'secretsLost': {
      const fields = rejection.places.map((field) => ({ field, message: SECRET_LOST }));
      const [field = 'job'] = rejection.places;
      return refuse('job_refused', `${field}: ${SECRET_LOST}`, { field: `job.${field}`, fields });
    }
    case 'unknownReceipt': {
      const { number } = rejection;
      const sentence = `No receipt has the number ${number}; its job may have been deleted.`;
      return refuse('receipt_not_found', sentence, { number });
    }
    case 'unknownHost': {
      const { name } = rejection;
      const sentence = `No host is named ${name}; list the hosts to see their names.`;
      return refuse('host_not_found', sentence, { name });
    }
    case 'hostHeard': {
      const { name, lastHeardAt } = rejection;
      const sentence =
        `${name} was heard ${atTime(lastHeardAt)}, within its lease; ` +
        'let the host end its attempts and prove it, or stop its worker first.';
      return refuse('host_heard', sentence, { name, lastHeardAt });
    }
    case 'hostNotHeard': {
      const { name, lastHeardAt } = rejection;
      const sentence =
        `${name} was last heard ${atTime(lastHeardAt)}, so it cannot check itself; ` +
        'start its worker first.';
      return refuse('host_not_heard', sentence, { name, lastHeardAt });
    }
    case 'hostHoldsJobs': {
      const { name, jobs } = rejection;
      const sentence =
        `${name} still holds ${jobs === 1 ? 'a job' : `${jobs} jobs`}; ` +
        'wait until its lease has run out.';
      return refuse('host_holds_jobs', sentence, { name, jobs });
    }
    case 'unknownInvitation':
    case 'invitationOver':
    case 'invitedOther':
    case 'hostHasLogin':
    case 'noHostLogin':
    case 'loginsNotAllowed':
      return joinRejectionToError(rejection);
    case 'wrongCredentials':
      return refuse('wrong_credentials');
    case 'wrongPassword':
      return refuse('wrong_password');
    case 'noPassword':
      return refuse('forbidden', 'A token has no password; sign in as a user to change yours.');
    case 'tooManyLogins':
      return tooManyLogins(rejection);
    case 'nameTaken': {
      const { of, name } = rejection;
      const sentence =
        of === 'webhook'
          ? `A webhook named ${name} exists; choose another name.`
          : `A user or token has the name ${name}, or one that looks the same; choose another.`;
      return refuse('name_taken', sentence);
    }
    case 'unknownUser':
      return refuse(
        'not_found',
        `No user is named ${rejection.name}; list the users to see their names.`,
      );
    case 'lastAdmin':
      return refuse('last_admin');
    case 'unknownToken':
      return refuse(
        'not_found',
        `No token is named ${rejection.name}; list the tokens to see their names.`,
      );
    case 'unknownSession':
      return refuse('not_found', 'No open session has this id; it may be over already.');
    case 'unknownWebhook':
      return refuse(
        'not_found',
        `No webhook is named ${rejection.name}; list the webhooks to see their names.`,
      );
    case 'unknownDelivery':
      return refuse(
        'not_found',
        'No message has this id; it may have been deleted with its webhook, or after 30 days.',
      );
    case 'webhookDisabled': {
      const { name } = rejection;
      const sentence = `The webhook ${name} is disabled, so it sends nothing; enable it first.`;
      return refuse('webhook_disabled', sentence, { name });
    }
    case 'tooManyWebhooks':
      return refuse('too_many_webhooks');
    case 'notSignedIn':
      return refuse('unauthenticated');
    case 'usersExist':
    case 'queueEmpty':
    case 'journalUnsent':
    case 'nameHeld':
    case 'notOfLogin':
    case 'heldElsewhere':
    case 'lostAttempt':
    case 'stopRequested':
    case 'otherMayPublish':
    case 'noStopRequest':
    case 'unknownAttempt':
    case 'stillRunning':
    case 'notFinishedFirst':
    case 'attemptsDisagree':
    case 'noSuchMove':
      // These occur only in a worker or at the start of the API. In a request they are a bug.
      return new Error(`this rejection cannot occur in a request: ${rejection.code}`);
  }
}

function alreadyEnded(rejection: Extract<Rejection, { code: 'alreadyEnded' }>): Error {
  const { status, endedAt } = rejection;
  const since = endedAt?.toISOString() ?? 'some time';
  const sentence = `The job is ${status} since ${since}; there is nothing to cancel.`;
  return refuse('job_already_ended', sentence, { jobStatus: status, endedAt });
}

function tooManyLogins(rejection: Extract<Rejection, { code: 'tooManyLogins' }>): Error {
  const { retryAfterSeconds } = rejection;
  const sentence =
    'Too many sign-ins were tried from your address, or with this name from new addresses; ' +
    `try again in ${retryAfterSeconds} s.`;
  return refuse('too_many_requests', sentence, { retryAfterSeconds });
}

function notQueued(rejection: Extract<Rejection, { code: 'notQueued' }>): Error {
  const { status, host, startedAt, endedAt } = rejection;
  const since =
    endedAt === null
      ? `it started on ${host ?? 'a host'} ${atTime(startedAt)}`
      : `it ended ${atTime(endedAt)}`;
  const what = `The job is ${status}: ${since}`;
  const sentence = `${what}; only a queued job can get another priority or other tags.`;
  return refuse('job_not_queued', sentence, { jobStatus: status, host, startedAt, endedAt });
}

function staleVersion(rejection: Extract<Rejection, { code: 'staleVersion' }>): Error {
  const { expected, actual, priority, change } = rejection;
  const who =
    change === null
      ? 'It was changed'
      : `${change.by} changed it (${change.what}) ${atTime(change.at)}`;
  const sentence =
    `You saw version ${expected}, it has version ${actual} by now. ` +
    `${who}; look again and decide again.`;
  const facts = { expectedVersion: expected, version: actual, priority, change };
  return refuse('stale_version', sentence, facts);
}

const atTime = (at: Date | null) => (at === null ? 'before' : `at ${at.toISOString()}`);
