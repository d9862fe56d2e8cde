import { expect, test } from 'vitest';
import { aJob, LATER } from '../test/a-job.ts';
import { NOTHING_OUT } from '../test/an-attempt.ts';
import { applyEvent } from './apply-event.ts';
import { decideAfterLoss, decideRelease } from './attempt.ts';
import { JOB_STATUSES } from './job-status.ts';

const requeue = (failure: string) =>
  ({ type: 'requeue', attemptId: 'a1', failure, countsAsAttempt: true }) as const;
const exhaust = (failure: string) => ({ type: 'exhaust', attemptId: 'a1', failure }) as const;
const MAYBE = 'Lost. The output of the job may already be out.';

test.each([
  ['RENDERING', {}, requeue('Lost.')],
  ['RENDERING', { attempts: 3 }, exhaust('Lost. No attempts are left (3 of 3).')],
  ['RENDERING', { output: 'maybe' }, requeue(MAYBE)],
  ['RENDERING', { output: 'published' }, requeue('Lost. The output of the job is out.')],
  ['CANCELLING', {}, { type: 'hostLost', attemptId: 'a1' }],
  ['CANCELLING', { attempts: 3 }, { type: 'hostLost', attemptId: 'a1' }],
  ['QUEUED', {}, null],
  ['COMPLETED', {}, null],
] as const)('a %s job %j that is lost becomes %j', (status, otherwise, event) => {
  expect(decideAfterLoss(aJob(status, otherwise), NOTHING_OUT, 'Lost.')).toEqual(event);
});

test('a job of which all is out is complete when its attempt is lost, even on its last try', () => {
  const allOut = { allPublished: true };
  for (const attempts of [1, 3]) {
    const job = aJob('RENDERING', { attempts, output: 'published' });
    expect(decideAfterLoss(job, allOut, 'Lost.')).toEqual({ type: 'complete', attemptId: 'a1' });
  }
  const stopped = aJob('CANCELLING', { output: 'published' });
  expect(decideAfterLoss(stopped, allOut, 'Lost.')).toMatchObject({ type: 'hostLost' });
});

const TRIES = [1, 2, 3, 4].flatMap((attempts) =>
  [false, true].map((allPublished) => [attempts, allPublished] as const),
);
test('every decision is a transition that the table allows', () => {
  for (const status of JOB_STATUSES) {
    for (const [attempts, allPublished] of TRIES) {
      const job = aJob(status, { attempts });
      const event = decideAfterLoss(job, { allPublished }, 'Lost.');
      if (event !== null) expect(applyEvent(job, event, LATER)).toMatchObject({ ok: true });
    }
  }
});

test.each([1, 3, 7])(
  'a job that is given back on attempt %i returns to the queue and keeps its number of tries',
  (attempts) => {
    const job = aJob('RENDERING', { attempts });
    const event = decideRelease(job, 'Shut down.');
    expect(event).toEqual({ ...requeue('Shut down.'), countsAsAttempt: false });
    const outcome = event === null ? null : applyEvent(job, event, LATER);
    expect(outcome).toMatchObject({
      ok: true,
      job: { status: 'QUEUED', attempts, maxAttempts: job.maxAttempts + 1 },
    });
  },
);

test('a job that no worker runs cannot be given back', () => {
  expect(decideRelease(aJob('QUEUED', {}), 'Shut down.')).toBeNull();
});
