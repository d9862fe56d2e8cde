import { expect, it } from 'vitest';
import { aJob } from '../test/a-job.ts';
import type { Actor } from './actor.ts';
import { decideResubmit } from './resubmit.ts';

const actor = (role: 'submitter' | 'admin', name = 'sam'): Actor => ({
  kind: 'user',
  id: '1',
  name,
  role,
});
const order = (priority: number, secretsDeletedAt: Date | null = null) => ({
  job: aJob('COMPLETED', { submittedBy: 'sam', priority }),
  secretsDeletedAt,
});

it.each([
  ['its own job, as it was', actor('submitter'), 40, null, 40],
  ['its own job, which an admin had raised', actor('submitter'), 90, null, 50],
  ['its own job, lower', actor('submitter'), 90, 10, 10],
  ['any job, as it was', actor('admin', 'ada'), 90, null, 90],
  ['any job, higher', actor('admin', 'ada'), 10, 95, 95],
  ['any job, by Renderdeck itself', { kind: 'system', name: 'x' } as const, 90, null, 90],
])('runs %s', (_, by, had, asked, priority) => {
  expect(decideResubmit(by, order(had), asked)).toEqual({ ok: true, priority });
});

it('rejects the job of another, too much, and a job whose secrets are gone', () => {
  expect(decideResubmit(actor('submitter', 'eve'), order(50), null)).toMatchObject({
    rejection: { code: 'notOwnJob', submittedBy: 'sam' },
  });
  expect(decideResubmit(actor('submitter'), order(50), 51)).toMatchObject({
    rejection: { code: 'priorityTooHigh' },
  });
  const gone = order(50, new Date(0));
  expect(decideResubmit(actor('submitter'), gone, null)).toMatchObject({
    rejection: { code: 'secretsGone', id: gone.job.id, deletedAt: new Date(0) },
  });
});
