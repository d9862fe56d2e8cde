import { refuse } from '@renderdeck/contract';
import type { Rejection } from '@renderdeck/operations';

const clock = (at: Date | null) => (at === null ? 'before' : `at ${at.toISOString()}`);

/** A rule's no in the words of the contract: the code, the sentence a person can act on, the facts. */
export function rejectionToError(rejection: Rejection): Error {
  switch (rejection.code) {
    case 'unknownJob':
      return refuse(
        'job_not_found',
        `No job has the id ${rejection.id}; look it up in the list of jobs.`,
        { id: rejection.id },
      );
    case 'alreadyEnded': {
      const { status, endedAt } = rejection;
      return refuse(
        'job_already_ended',
        `The job is ${status} since ${endedAt?.toISOString() ?? 'some time'}; there is nothing to cancel.`,
        { jobStatus: status, endedAt },
      );
    }
    case 'notQueued': {
      const { status, host, startedAt, endedAt } = rejection;
      const since =
        endedAt === null
          ? `it started on ${host ?? 'a host'} ${clock(startedAt)}`
          : `it ended ${clock(endedAt)}`;
      return refuse(
        'job_not_queued',
        `The job is ${status}: ${since}; only a queued job has a priority that matters.`,
        {
          jobStatus: status,
          host,
          startedAt,
          endedAt,
        },
      );
    }
    case 'staleVersion': {
      const { expected, actual, priority, change } = rejection;
      const who =
        change === null
          ? 'It was changed'
          : `${change.by} changed it (${change.what}) ${clock(change.at)}`;
      return refuse(
        'stale_version',
        `You saw version ${expected}, it has version ${actual} by now. ${who}; look again and decide anew.`,
        {
          expectedVersion: expected,
          version: actual,
          priority,
          change,
        },
      );
    }
    case 'invalidPriority':
      return refuse(
        'invalid_input',
        'A priority is a whole number from 0 to 100; larger runs first.',
        { priority: rejection.priority },
      );
    case 'noSuchMove':
    case 'lostAttempt':
    case 'stillRunning':
    case 'notFinishedFirst':
    case 'attemptsDisagree':
    case 'queueEmpty':
    case 'stopRequested':
    case 'noStopRequest':
    case 'unknownAttempt':
    case 'nameHeld':
      // Only a worker's word can meet these; over the API they would be a bug.
      return new Error(`an admin's act met a worker's rejection: ${rejection.code}`);
  }
}
