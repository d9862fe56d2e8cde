import { expect, test } from 'vitest';
import { AT, aJob, LATER } from '../test/a-job.ts';
import type { Role } from './actions.ts';
import type { Actor } from './actor.ts';
import { decideSetPriority, decideSubmitPriority, isPriority } from './priority.ts';

test.each([0, 1, 50, 99, 100])('%d is a priority', (value) => expect(isPriority(value)).toBe(true));
test.each([-1, 101, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is no priority', (value) => {
  expect(isPriority(value)).toBe(false);
  expect(decideSetPriority(aJob('QUEUED'), value, null)).toEqual({
    ok: false,
    rejection: { code: 'invalidPriority', priority: value },
  });
});

test('a queued job gets the priority and the next version, and nothing else changes', () => {
  const job = aJob('QUEUED');
  expect(decideSetPriority(job, 90, null)).toEqual({
    ok: true,
    noop: false,
    job: { ...job, priority: 90, version: 4 },
  });
  expect(decideSetPriority(job, 90, 3)).toMatchObject({ ok: true, noop: false });
});

const anActor = (role: Role, kind: 'user' | 'token' = 'user'): Actor => ({
  kind,
  id: '1',
  name: role,
  role,
});
test.each([
  [anActor('submitter'), 0, 50, true],
  [anActor('submitter'), 50, 50, true],
  [anActor('submitter'), 51, 50, false],
  [anActor('submitter'), 80, 80, true],
  [anActor('submitter'), 81, 80, false],
  [anActor('submitter', 'token'), 100, 50, false],
  [anActor('admin'), 100, 50, true],
  [anActor('admin', 'token'), 100, 50, true],
  [{ kind: 'system', name: 'samples' }, 100, 50, true],
] as const)(
  '%o submits with %i where submitters may have at most %i: %s',
  (actor, priority, most, ok) => {
    const rejection = { code: 'priorityTooHigh', priority, most };
    expect(decideSubmitPriority(actor, priority, most)).toEqual(
      ok ? { ok: true } : { ok: false, rejection },
    );
  },
);

test('a priority that the job already has changes nothing', () => {
  const job = aJob('QUEUED');
  expect(decideSetPriority(job, 50, null)).toEqual({ ok: true, noop: true, job });
});

test.each([
  ['RENDERING', 'render-01', AT, null],
  ['CANCELLING', 'render-01', AT, null],
  ['CANCELLED', null, AT, LATER],
  ['COMPLETED', null, AT, LATER],
  ['FAILED', null, AT, LATER],
] as const)(
  'a %s job rejects the change, and says where it runs and when it ended',
  (status, host, startedAt, endedAt) => {
    const rejection = { code: 'notQueued', status, host, startedAt, endedAt };
    expect(decideSetPriority(aJob(status), 90, null)).toEqual({ ok: false, rejection });
  },
);

test('a stale version is rejected, even if the priority is the same', () => {
  const job = aJob('QUEUED', { priority: 70 });
  for (const priority of [90, 70]) {
    expect(decideSetPriority(job, priority, 2)).toEqual({
      ok: false,
      rejection: { code: 'staleVersion', expected: 2, actual: 3, priority: 70, change: null },
    });
  }
});
