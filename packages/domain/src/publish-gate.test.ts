import { expect, test } from 'vitest';
import { AT, aJob } from '../test/a-job.ts';
import { JOB_STATUSES } from './job-status.ts';
import {
  decideFinalOutput,
  decideGate,
  decidePublish,
  decidePublished,
  type PublishingAttempt,
  warnOfOutput,
} from './publish-gate.ts';

const anAttempt = (number: number, otherwise: Partial<PublishingAttempt>): PublishingAttempt => ({
  id: `a${number}`,
  number,
  host: `render-0${number}`,
  output: 'none',
  confirmedAt: null,
  declaredAt: null,
  ...otherwise,
});
const lost = { ok: false, rejection: { code: 'lostAttempt', attemptId: 'a1' } };
const stop = { ok: false, rejection: { code: 'stopRequested', attemptId: 'a1' } };

test.each([
  ['QUEUED', lost],
  ['RENDERING', { ok: true }],
  ['CANCELLING', stop],
  ['CANCELLED', lost],
  ['COMPLETED', lost],
  ['FAILED', lost],
] as const)('the first gate for an attempt of a %s job answers %j', (status, decision) => {
  expect(decideGate(aJob(status), 'a1')).toEqual(decision);
});

test('both gates refuse an attempt that lost its job to another attempt', () => {
  const decision = { ok: false, rejection: { code: 'lostAttempt', attemptId: 'a0' } };
  expect(decideGate(aJob('RENDERING'), 'a0')).toEqual(decision);
  expect(decidePublish(aJob('RENDERING'), [], 'a0')).toEqual(decision);
});

test('the second gate refuses everything that the first gate refuses', () => {
  for (const status of JOB_STATUSES) {
    const first = decideGate(aJob(status), 'a1');
    const second = decidePublish(aJob(status), [], 'a1');
    expect(second.ok).toBe(first.ok);
    if (!first.ok) expect(second).toEqual(first);
  }
});

test.each([
  ['none', null, null, true],
  ['maybe', null, null, false],
  ['published', null, null, false],
  ['maybe', AT, null, true],
  ['published', AT, null, true],
  ['maybe', null, AT, true],
  ['published', null, AT, true],
] as const)(
  'beside an attempt with output %s, confirmed %s, declared %s, the second gate is open: %s',
  (output, confirmedAt, declaredAt, ok) => {
    const attempts = [anAttempt(1, {}), anAttempt(2, { output, confirmedAt, declaredAt })];
    const refused = {
      ok: false,
      rejection: { code: 'otherMayPublish', number: 2, host: 'render-02', output },
    };
    expect(decidePublish(aJob('RENDERING'), attempts, 'a1')).toEqual(
      ok ? { ok: true, job: 'maybe', attempt: 'maybe' } : refused,
    );
  },
);

test.each([
  ['none', 'none', 'maybe', 'maybe'],
  ['maybe', 'none', 'maybe', 'maybe'],
  ['maybe', 'maybe', 'maybe', 'maybe'],
  ['published', 'none', 'published', 'maybe'],
  ['published', 'published', 'published', 'published'],
] as const)(
  'a job at %s whose attempt is at %s becomes %s and %s: the output never goes back',
  (output, own, job, attempt) => {
    const attempts = [anAttempt(1, { output: own })];
    expect(decidePublish(aJob('RENDERING', { output }), attempts, 'a1')).toEqual({
      ok: true,
      job,
      attempt,
    });
  },
);

test.each([
  ['none', true, 'none'],
  ['maybe', true, 'published'],
  ['published', true, 'published'],
  ['none', false, 'none'],
  ['maybe', false, 'maybe'],
  ['published', false, 'published'],
] as const)(
  'an attempt at %s that ends (complete: %s) is at %s afterwards',
  (output, done, end) => {
    expect(decideFinalOutput(output, done)).toBe(end);
  },
);

test.each([
  ['none', null],
  ['maybe', 'Attempt 2 on render-02 ended while it published: its output may be out.'],
  ['published', 'Attempt 2 on render-02 ended before it was complete: an output of it is out.'],
] as const)('an attempt at %s that gives up its job leaves the warning %s', (output, warning) => {
  expect(warnOfOutput(anAttempt(2, { output }))).toBe(warning);
});

test('an output on record makes the job published, and a late output adds one warning', () => {
  const own = aJob('RENDERING');
  const published = { ...own, output: 'published', version: own.version + 1 } as const;
  expect(decidePublished(own, anAttempt(1, {}), '/out/a.mp4')).toEqual(published);
  const late = decidePublished(own, anAttempt(2, {}), '/out/a.mp4');
  const warning = 'Attempt 2 on render-02 published /out/a.mp4 after it had lost the job.';
  expect(late).toEqual({ ...published, warnings: [warning] });
  expect(decidePublished(late, anAttempt(2, {}), '/out/a.mp4').warnings).toEqual([warning]);
});
