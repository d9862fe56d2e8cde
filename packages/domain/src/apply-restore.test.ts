import { expect, test } from 'vitest';
import { AT, aJob, LATER, lease } from '../test/a-job.ts';
import { aReport, UNPROVEN } from '../test/a-report.ts';
import { aKnown } from '../test/an-attempt.ts';
import { applyRestore } from './apply-restore.ts';
import type { RestoreStep } from './restore.ts';

const attempts = [aKnown(1), aKnown(2)];
const byOther = aJob('RENDERING', { attempts: 2, lease: { ...lease, attemptId: 'a2' } });
const apply = (step: RestoreStep, job = aJob('RENDERING'), all = attempts) =>
  applyRestore(step, job, all, aReport('completed'), LATER);

test('an attempt that the database did not know is counted, but uses up no attempt', () => {
  const job = aJob('QUEUED', { attempts: 1 });
  expect(apply({ kind: 'addAttempt', number: 2 }, job, [])).toMatchObject({
    event: null,
    job: { attempts: 2, maxAttempts: 4, status: 'QUEUED', version: job.version + 1 },
    attempt: null,
  });
  expect(apply({ kind: 'addAttempt', number: 1 }, job, [])).toMatchObject({
    job: { attempts: 1, maxAttempts: 3 },
  });
});

test('a warning is added to the job, and nothing else changes', () => {
  const job = aJob('FAILED', { warnings: ['One.'] });
  expect(apply({ kind: 'warn', warning: 'Two.' }, job)).toEqual({
    ok: true,
    event: null,
    job: { ...job, warnings: ['One.', 'Two.'], version: job.version + 1 },
    attempt: null,
  });
});

test('a confirmed attempt keeps its outcome, unless it had completed or had none', () => {
  const step = { kind: 'confirm' } as const;
  const job = aJob('FAILED');
  const lost = aKnown(1, { outcome: 'lost' });
  const stopped = aReport('stopped', { output: 'published' });
  expect(applyRestore(step, job, [lost], stopped, LATER)).toMatchObject({
    event: null,
    job: { status: 'FAILED', output: 'published' },
    attempt: { id: 'a1', outcome: 'lost', output: 'published', isProven: true },
  });
  expect(apply(step, job, [lost])).toMatchObject({ attempt: { outcome: 'completed' } });
  expect(applyRestore(step, job, [], stopped, LATER)).toMatchObject({
    attempt: { outcome: 'stopped' },
  });
});

test('an event of the attempt that is reported proves the end of that attempt', () => {
  expect(apply({ kind: 'event', event: { type: 'complete', attemptId: 'a1' } })).toMatchObject({
    event: 'complete',
    job: { status: 'COMPLETED', output: 'published', endedAt: LATER },
    attempt: { id: 'a1', outcome: 'completed', isProven: true },
  });
});

test('the report does not prove the end of another attempt that loses the job', () => {
  const event = { type: 'completeEarlier', attemptId: 'a2', output: 'published' } as const;
  expect(apply({ kind: 'takeBack', event }, byOther)).toEqual({
    ok: true,
    event: 'completeEarlier',
    job: {
      ...byOther,
      ...{ status: 'COMPLETED', lease: null, endedAt: LATER, output: 'published' },
      version: byOther.version + 1,
    },
    attempt: { id: 'a2', outcome: 'lost', isProven: false },
  });
});

test('an event without an attempt changes no attempt, and a late event is rejected', () => {
  const event = { type: 'restoreComplete', output: 'published' } as const;
  expect(apply({ kind: 'event', event }, aJob('QUEUED'))).toMatchObject({ attempt: null });
  expect(apply({ kind: 'event', event }, aJob('FAILED', { endedAt: AT }))).toMatchObject({
    ok: false,
    rejection: { code: 'noSuchMove' },
  });
});

test('an output that only the host knew is saved on job and attempt, and proves no end', () => {
  expect(apply({ kind: 'learn', output: 'published', publications: null })).toMatchObject({
    event: null,
    job: { status: 'RENDERING', output: 'published' },
    attempt: { id: 'a1', output: 'published', isProven: false },
  });
});

const film = (state: 'maybe' | 'published') => ({ what: '/out/film.mp4', state });

test('a report that the host made after it looked replaces what the database knew', () => {
  const before = aKnown(1, { output: 'maybe', publications: [film('maybe')] });
  const warnings = ['Attempt 1 on render-01 ended while it published: its output may be out.'];
  const job = aJob('QUEUED', { output: 'maybe', warnings });
  const report = aReport('lost', { output: 'none', publications: [] });
  const confirm = { kind: 'confirm' } as const;
  expect(applyRestore(confirm, job, [before], report, LATER)).toMatchObject({
    job: { output: 'none', warnings: [] },
    attempt: { output: 'none', publications: [], isProven: true },
  });
  const other = aKnown(2, { output: 'published' });
  expect(applyRestore(confirm, job, [before, other], report, LATER)).toMatchObject({
    job: { output: 'published' },
  });
  const complete = aReport('completed', { publications: [film('maybe')] });
  expect(applyRestore(confirm, job, [before], complete, LATER)).toMatchObject({
    attempt: { publications: [film('published')] },
  });
});

test('a report of a running attempt brings its publications, and takes nothing back', () => {
  const report = aReport('lost', {
    ...{ output: 'maybe', publications: [film('maybe')], stopReport: UNPROVEN },
  });
  const { publications } = report;
  expect(
    applyRestore(
      { kind: 'learn', output: 'maybe', publications },
      aJob('RENDERING', { output: 'published' }),
      attempts,
      report,
      LATER,
    ),
  ).toMatchObject({ job: { output: 'published' }, attempt: { output: 'maybe', publications } });
});
