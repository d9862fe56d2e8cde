import { expect, test } from 'vitest';
import { aJob, LATER, request } from '../test/a-job.ts';
import { applyEvent } from './apply-event.ts';
import { decideCancel } from './cancel.ts';

test.each([
  ['QUEUED', 'ends now', { ok: true, event: { type: 'cancelQueued', request } }],
  ['RENDERING', 'is asked of its worker', { ok: true, event: { type: 'requestStop', request } }],
  ['CANCELLING', 'was asked before: no event', { ok: true, event: null }],
  ['CANCELLED', 'was asked before: no event', { ok: true, event: null }],
  [
    'COMPLETED',
    'is refused and says when it ended',
    { ok: false, rejection: { code: 'alreadyEnded', status: 'COMPLETED', endedAt: LATER } },
  ],
  [
    'FAILED',
    'is refused and says when it ended',
    { ok: false, rejection: { code: 'alreadyEnded', status: 'FAILED', endedAt: LATER } },
  ],
] as const)('a cancel of a %s job %s', (status, _what, decision) => {
  expect(decideCancel(aJob(status), request)).toEqual(decision);
});

test('a job that finished first repeats its receipt, though it is COMPLETED', () => {
  expect(decideCancel(aJob('COMPLETED', { stopRequest: request }), request)).toEqual({
    ok: true,
    event: null,
  });
});

test('the event it decides on is one that the job can take', () => {
  for (const status of ['QUEUED', 'RENDERING'] as const) {
    const decision = decideCancel(aJob(status), request);
    expect(
      decision.ok && decision.event && applyEvent(aJob(status), decision.event, LATER),
    ).toMatchObject({ ok: true });
  }
});
