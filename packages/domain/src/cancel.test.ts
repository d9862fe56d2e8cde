import { expect, test } from 'vitest';
import { aJob, LATER, request } from '../test/a-job.ts';
import { decideCancel } from './cancel.ts';
import type { JobStatus } from './job-status.ts';

const over = (status: JobStatus) => ({
  ok: false,
  rejection: { code: 'alreadyEnded', status, endedAt: LATER },
});
const stop = { type: 'requestStop', request };

test.each([
  ['QUEUED', 'ends now', { ok: true, event: { type: 'cancelQueued', request } }],
  ['RENDERING', 'makes a stop request for its worker', { ok: true, event: stop }],
  ['CANCELLING', 'was already requested: no event', { ok: true, event: null }],
  ['CANCELLED', 'was already requested: no event', { ok: true, event: null }],
  ['COMPLETED', 'is rejected with the time when the job ended', over('COMPLETED')],
  ['FAILED', 'is rejected with the time when the job ended', over('FAILED')],
] as const)('a cancel of a %s job %s', (status, _what, decision) => {
  expect(decideCancel(aJob(status), request)).toEqual(decision);
});

test('a second cancel of a COMPLETED job that finished first repeats its receipt', () => {
  expect(decideCancel(aJob('COMPLETED', { stopRequest: request }), request)).toEqual({
    ok: true,
    event: null,
  });
});
