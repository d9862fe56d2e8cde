import { expect, test } from 'vitest';
import { AT, aJob } from '../test/a-job.ts';
import { decideSetTags } from './waiting-job.ts';

test('a queued job gets the tags and the next version, and keeps its place', () => {
  const job = aJob('QUEUED');
  expect(decideSetTags(job, ['gpu', 'mac'], 3)).toEqual({
    ok: true,
    noop: false,
    job: { ...job, tags: ['gpu', 'mac'], version: 4 },
  });
  expect(decideSetTags({ ...job, tags: ['gpu'] }, [], null)).toMatchObject({ job: { tags: [] } });
});

test('tags that the job already has change nothing', () => {
  const job = { ...aJob('QUEUED'), tags: ['gpu'] };
  expect(decideSetTags(job, ['gpu'], null)).toEqual({ ok: true, noop: true, job });
});

test('a job that does not wait keeps its tags, and an old version changes none', () => {
  const runs = { status: 'RENDERING', host: 'render-01', startedAt: AT, endedAt: null };
  expect(decideSetTags(aJob('RENDERING'), ['gpu'], null)).toEqual({
    ok: false,
    rejection: { code: 'notQueued', ...runs },
  });
  expect(decideSetTags(aJob('QUEUED'), ['gpu'], 2)).toMatchObject({
    ok: false,
    rejection: { code: 'staleVersion', expected: 2, actual: 3 },
  });
});
