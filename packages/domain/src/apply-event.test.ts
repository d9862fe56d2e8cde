import { expect, test } from 'vitest';
import { AT, aJob, LATER, lease, request } from '../test/a-job.ts';
import { applyEvent, type JobEvent } from './apply-event.ts';
import { JOB_STATUSES } from './job-status.ts';
import { JOB_EVENTS, type JobEventName, TRANSITIONS } from './job-transitions.ts';

const attemptId = lease.attemptId;
const EVENTS: Readonly<Record<JobEventName, JobEvent>> = {
  claim: { type: 'claim', lease },
  cancelQueued: { type: 'cancelQueued', request },
  requestStop: { type: 'requestStop', request },
  acknowledgeStop: { type: 'acknowledgeStop', attemptId, survivors: 0 },
  complete: { type: 'complete', attemptId },
  finishFirst: { type: 'finishFirst', attemptId, signalled: false },
  fail: { type: 'fail', attemptId, failure: 'aerender failed.' },
  requeue: { type: 'requeue', attemptId, failure: 'The host was lost.', countsAsAttempt: true },
  exhaust: { type: 'exhaust', attemptId, failure: 'The host was lost.' },
  hostLost: { type: 'hostLost', attemptId },
  restoreComplete: { type: 'restoreComplete', output: 'published' },
  completeEarlier: { type: 'completeEarlier', attemptId, output: 'published' },
  completeLate: { type: 'completeLate', output: 'published' },
};

/**
 * For each event, facts with which TRANSITIONS allows it: complete and finishFirst have passed the
 * gate, exhaust has no attempts left.
 */
const FACTS = {
  complete: { output: 'maybe' },
  finishFirst: { output: 'maybe' },
  exhaust: { attempts: 3 },
} as const;
const factsOf = (event: JobEventName) =>
  event === 'finishFirst' || event === 'exhaust' || event === 'complete' ? FACTS[event] : {};

test('for each event and each status: the next status, or a rejection', () => {
  const rows = JOB_EVENTS.map((name) =>
    JOB_STATUSES.map((status) => {
      const outcome = applyEvent(aJob(status, factsOf(name)), EVENTS[name], LATER);
      if (outcome.ok) return outcome.job.status;
      return outcome.rejection.code === 'noSuchMove' ? '-' : outcome.rejection.code;
    }),
  );
  const line = (head: string, cells: readonly string[]) =>
    [head.padEnd(17), ...cells.map((cell) => cell.padEnd(12))].join('').trimEnd();
  const grid = [
    line('', JOB_STATUSES),
    ...rows.map((cells, index) => line(JOB_EVENTS[index] ?? '', cells)),
  ].join('\n');
  expect(`\n${grid}\n`).toMatchInlineSnapshot(`
    "
                     QUEUED      RENDERING   CANCELLING  CANCELLED   COMPLETED   FAILED
    claim            RENDERING   -           -           -           -           -
    cancelQueued     CANCELLED   -           -           -           -           -
    requestStop      -           CANCELLING  -           -           -           -
    acknowledgeStop  -           -           CANCELLED   -           -           -
    complete         -           COMPLETED   -           -           -           -
    finishFirst      -           -           COMPLETED   -           -           -
    fail             -           FAILED      -           -           -           -
    requeue          -           QUEUED      -           -           -           -
    exhaust          -           FAILED      -           -           -           -
    hostLost         -           -           CANCELLED   -           -           -
    restoreComplete  COMPLETED   -           -           -           -           -
    completeEarlier  -           COMPLETED   -           -           -           -
    completeLate     -           -           -           -           -           COMPLETED
    "
  `);
});

test.each([
  ['claim', 'QUEUED', { lease, attempts: 1, startedAt: LATER, failure: null }],
  ['cancelQueued', 'QUEUED', { stopRequest: request, endedAt: LATER, lease: null }],
  ['requestStop', 'RENDERING', { stopRequest: request, lease, endedAt: null }],
  ['acknowledgeStop', 'CANCELLING', { lease: null, endedAt: LATER, stopRequest: request }],
  ['complete', 'RENDERING', { lease: null, endedAt: LATER, output: 'published' }],
  ['finishFirst', 'CANCELLING', { lease: null, endedAt: LATER, output: 'published' }],
  ['fail', 'RENDERING', { lease: null, endedAt: LATER, failure: 'aerender failed.' }],
  [
    'requeue',
    'RENDERING',
    { lease: null, startedAt: null, endedAt: null, failure: 'The host was lost.', attempts: 1 },
  ],
  ['exhaust', 'RENDERING', { lease: null, endedAt: LATER, failure: 'The host was lost.' }],
  ['hostLost', 'CANCELLING', { lease: null, endedAt: LATER, stopRequest: request }],
  ['restoreComplete', 'QUEUED', { endedAt: LATER, failure: null, output: 'published' }],
  ['completeEarlier', 'RENDERING', { lease: null, endedAt: LATER, output: 'published' }],
  ['completeLate', 'FAILED', { endedAt: LATER, failure: null, output: 'published' }],
] as const)('%s writes its facts and nothing else', (name, status, facts) => {
  const before = aJob(status, {
    ...factsOf(name),
    failure: 'An earlier failure.',
  });
  const copy = structuredClone(before);
  const outcome = applyEvent(before, EVENTS[name], LATER);
  expect(before).toEqual(copy);
  expect(outcome).toEqual({
    ok: true,
    job: { ...before, status: TRANSITIONS[name].to, version: before.version + 1, ...facts },
  });
});

test('a job without output passes no gate and is COMPLETED with output none', () => {
  const outcome = applyEvent(aJob('RENDERING', { output: 'none' }), EVENTS.complete, LATER);
  expect(outcome).toMatchObject({ ok: true, job: { status: 'COMPLETED', output: 'none' } });
});

test.each(JOB_EVENTS.filter((name) => 'attemptId' in EVENTS[name]))(
  '%s is rejected if another attempt holds the job (the fence)',
  (name) => {
    const late = { ...EVENTS[name], attemptId: 'a0' };
    const job = aJob(TRANSITIONS[name].from, factsOf(name));
    expect(applyEvent(job, late, LATER)).toEqual({
      ok: false,
      rejection: { code: 'lostAttempt', attemptId: 'a0' },
    });
    const withoutLease = { ...job, lease: null };
    expect(applyEvent(withoutLease, EVENTS[name], LATER)).toEqual({
      ok: false,
      rejection: { code: 'lostAttempt', attemptId },
    });
  },
);

test.each([
  [
    'a stop with survivors is not acknowledged',
    'CANCELLING',
    {},
    { ...EVENTS.acknowledgeStop, survivors: 2 },
    { code: 'stillRunning', survivors: 2 },
  ],
  [
    'an attempt that had not passed the gate did not finish first',
    'CANCELLING',
    {},
    EVENTS.finishFirst,
    { code: 'notFinishedFirst' },
  ],
  [
    'an attempt that got a signal did not finish first',
    'CANCELLING',
    { output: 'maybe' },
    { ...EVENTS.finishFirst, signalled: true },
    { code: 'notFinishedFirst' },
  ],
  [
    'a job without attempts left is not requeued',
    'RENDERING',
    { attempts: 3 },
    EVENTS.requeue,
    { code: 'attemptsDisagree', attempts: 3, maxAttempts: 3 },
  ],
  [
    'a job with attempts left is not exhausted',
    'RENDERING',
    { attempts: 2 },
    EVENTS.exhaust,
    { code: 'attemptsDisagree', attempts: 2, maxAttempts: 3 },
  ],
  [
    'a late success cannot undo a stop request',
    'CANCELLING',
    {},
    EVENTS.complete,
    { code: 'noSuchMove', event: 'complete', status: 'CANCELLING' },
  ],
] as const)('%s', (_what, status, otherwise, event, rejection) => {
  expect(applyEvent(aJob(status, otherwise), event, AT)).toEqual({ ok: false, rejection });
});

test('a late report does not take the output of another attempt back', () => {
  const job = aJob('QUEUED', { output: 'published' });
  const event = { type: 'restoreComplete', output: 'none' } as const;
  expect(applyEvent(job, event, AT)).toMatchObject({ job: { output: 'published' } });
});
