import { expect, test } from 'vitest';
import { aJob, LATER } from '../test/a-job.ts';
import { applyEvent } from './apply-event.ts';
import { decideAfterLoss } from './attempt.ts';
import { JOB_STATUSES } from './job-status.ts';

test.each([
  ['RENDERING', {}, { type: 'requeue', attemptId: 'a1', failure: 'Lost.' }],
  ['RENDERING', { attempts: 3 }, { type: 'exhaust', attemptId: 'a1', failure: 'Lost. No attempts are left (3 of 3).' }],
  [
    'RENDERING',
    { output: 'maybe' },
    { type: 'requeue', attemptId: 'a1', failure: 'Lost. It was publishing: its output may already be out.' },
  ],
  ['CANCELLING', {}, { type: 'hostLost', attemptId: 'a1' }],
  ['CANCELLING', { attempts: 3 }, { type: 'hostLost', attemptId: 'a1' }],
  ['QUEUED', {}, null],
  ['COMPLETED', {}, null],
] as const)('a %s job %j that is lost becomes %j', (status, otherwise, event) => {
  expect(decideAfterLoss(aJob(status, otherwise), 'Lost.')).toEqual(event);
});

test('whatever it decides, the table lets it happen', () => {
  for (const status of JOB_STATUSES) {
    for (const attempts of [1, 2, 3, 4]) {
      const job = aJob(status, { attempts });
      const event = decideAfterLoss(job, 'Lost.');
      if (event !== null) expect(applyEvent(job, event, LATER)).toMatchObject({ ok: true });
    }
  }
});
