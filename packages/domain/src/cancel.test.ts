import { expect, test } from 'vitest';
import { aJob, LATER, request } from '../test/a-job.ts';
import { applyEvent } from './apply-event.ts';
import { decideCancel } from './cancel.ts';

test.each([
  ['QUEUED', 'ends now', { ok: true, event: { type: 'cancelQueued', request } }],
  [
    'RENDERING',
    'makes a stop request for its worker',
    { ok: true, event: { type: 'requestStop', request } },
  ],
  ['CANCELLING', 'was already requested: no event', { ok: true, event: null }],
  ['CANCELLED', 'was already requested: no event', { ok: true, event: null }],
  [
    'COMPLETED',
    'is rejected with the time when the job ended',
    { ok: false, rejection: { code: 'alreadyEnded', status: 'COMPLETED', endedAt: LATER } },
  ],
  [
    'FAILED',
    'is rejected with the time when the job ended',
    { ok: false, rejection: { code: 'alreadyEnded', status: 'FAILED', endedAt: LATER } },
  ],
] as const)('a cancel of a %s job %s', (status, _what, decision) => {
  expect(decideCancel(aJob(status), request)).toEqual(decision);
});

test('a second cancel of a COMPLETED job that finished first repeats its receipt', () => {
  expect(decideCancel(aJob('COMPLETED', { stopRequest: request }), request)).toEqual({
    ok: true,
    event: null,
  });
});

test('the job can take the event that the decision names', () => {
  for (const status of ['QUEUED', 'RENDERING'] as const) {
    const decision = decideCancel(aJob(status), request);
    expect(
      decision.ok && decision.event && applyEvent(aJob(status), decision.event, LATER),
    ).toMatchObject({ ok: true });
  }
});
