import { expect, it } from 'vitest';
import { aJob } from '../test/a-job.ts';
import type { Actor } from './actor.ts';
import { decideResubmit } from './resubmit.ts';

const actor = (role: 'submitter' | 'admin', name = 'sam') =>
  ({ kind: 'user', id: '1', name, role }) as const satisfies Actor;
const SAM = { kind: 'user', id: '1' } as const;
const order = (priority: number, secretsDeletedAt: Date | null = null) => ({
  job: aJob('COMPLETED', { submittedBy: 'sam', priority }),
  submitter: SAM,
  secretsDeletedAt,
});

it.each([
  ['its own job with the same priority', actor('submitter'), 40, null, 40],
  ['its own job, whose priority an admin had raised', actor('submitter'), 90, null, 50],
  ['its own job with a lower priority', actor('submitter'), 90, 10, 10],
  ['any job with the same priority', actor('admin', 'ada'), 90, null, 90],
  ['any job with a higher priority', actor('admin', 'ada'), 10, 95, 95],
  ['any job, as Renderdeck itself', { kind: 'system', name: 'x' } as const, 90, null, 90],
])('runs %s', (_, by, had, asked, priority) => {
  expect(decideResubmit(by, order(had), asked)).toEqual({ ok: true, priority });
});

it("rejects another user's job, too high a priority, and a job whose secrets are gone", () => {
  expect(decideResubmit(actor('submitter'), order(50), 51)).toMatchObject({
    rejection: { code: 'priorityTooHigh' },
  });
  const gone = order(50, new Date(0));
  expect(decideResubmit(actor('submitter'), gone, null)).toMatchObject({
    rejection: { code: 'secretsGone', id: gone.job.id, deletedAt: new Date(0) },
  });
});

it.each([
  ['a token of the same name', { ...actor('submitter'), kind: 'token', id: '2' }, SAM],
  ['a token of the same name and id as the user', { ...actor('submitter'), kind: 'token' }, SAM],
  ['a later user of the same name', { ...actor('submitter'), id: '2' }, SAM],
  ['a user of another name', { ...actor('submitter', 'eve'), id: '3' }, SAM],
  ['the user of that name, where only the name is known', actor('submitter'), null],
] as const)('rejects %s: the job is not its own', (_, by, submitter) => {
  expect(decideResubmit(by, { ...order(50), submitter }, null)).toEqual({
    ok: false,
    rejection: { code: 'notOwnJob', submittedBy: 'sam', kind: submitter?.kind ?? null },
  });
});

it('a user who was renamed still owns its jobs', () => {
  expect(decideResubmit(actor('submitter', 'samuel'), order(50), null).ok).toBe(true);
});
