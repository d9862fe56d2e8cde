import { describe, expect, it } from 'vitest';
import { AT, aJob, LATER, lease, request } from '../test/a-job.ts';
import { aReport, UNPROVEN } from '../test/a-report.ts';
import { aKnown } from '../test/an-attempt.ts';
import type { AttemptReport } from './attempt-report.ts';
import type { Job, Output } from './job.ts';
import { JOB_STATUSES } from './job-status.ts';
import { decideRestore, type KnownAttempt, type RestoreStep } from './restore.ts';

const KINDS = ['stopped', 'completed', 'failed', 'released', 'hostFailed', 'lost'] as const;
type Kind = (typeof KINDS)[number];

const known = (otherwise: Partial<KnownAttempt> = {}) => aKnown(1, otherwise);
/** Another attempt of the job, which holds the job. */
const other = aKnown(2);
const heldByOther: Partial<Job> = { attempts: 2, lease: { ...lease, attemptId: 'a2' } };

/** The step in one word, to show it in a table. */
function name(step: RestoreStep | null): string {
  if (step === null) return '-';
  if (step.kind === 'event') return step.event.type;
  return step.kind;
}

const step = (job: Job, kind: Kind, otherwise: Partial<AttemptReport> = {}) =>
  decideRestore(job, [known(), other], aReport(kind, otherwise));

describe('the next step after a report', () => {
  it('of an attempt that holds its job by the database', () => {
    const table = KINDS.map((kind) => [
      kind,
      ...(['RENDERING', 'CANCELLING'] as const).map((status) =>
        name(decideRestore(aJob(status), [known()], aReport(kind))),
      ),
    ]);
    expect(table).toEqual([
      ['stopped', 'requestStop', 'acknowledgeStop'],
      ['completed', 'complete', 'finishFirst'],
      ['failed', 'fail', 'acknowledgeStop'],
      ['released', 'requeue', 'acknowledgeStop'],
      ['hostFailed', 'requeue', 'acknowledgeStop'],
      ['lost', 'requeue', 'acknowledgeStop'],
    ]);
  });

  it('of an attempt that no longer holds its job', () => {
    const table = KINDS.map((kind) => [
      kind,
      ...JOB_STATUSES.map((status) => {
        const held = status === 'RENDERING' || status === 'CANCELLING' ? heldByOther : {};
        return name(step(aJob(status, held), kind));
      }),
    ]);
    expect([['', ...JOB_STATUSES], ...table]).toEqual([
      ['', 'QUEUED', 'RENDERING', 'CANCELLING', 'CANCELLED', 'COMPLETED', 'FAILED'],
      ['stopped', 'cancelQueued', 'requestStop', 'confirm', 'confirm', 'warn', 'warn'],
      ['completed', 'restoreComplete', 'takeBack', 'warn', 'warn', 'confirm', 'completeLate'],
      ['failed', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm'],
      ['released', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm'],
      ['hostFailed', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm'],
      ['lost', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm', 'confirm'],
    ]);
  });

  it('is nothing if the database already has the end', () => {
    const confirmed = known({ confirmedAt: LATER });
    expect(decideRestore(aJob('COMPLETED'), [confirmed], aReport('completed'))).toBeNull();
  });

  it('uses the stop request that the host received', () => {
    expect(step(aJob('QUEUED'), 'stopped')).toEqual({
      kind: 'event',
      event: { type: 'cancelQueued', request },
    });
  });
});

describe('an attempt whose claim was lost', () => {
  const twice = aJob('QUEUED', { attempts: 2 });
  const taken = [known({ id: 'x' }), other];
  it.each([
    ['the number of the report', aJob('QUEUED'), [], 2, 2],
    ['the next one if another attempt has it', aJob('RENDERING', heldByOther), taken, 2, 3],
    ['the next one if the login of its host sees no attempt', twice, [], 1, 3],
    ['the next one if the login of its host sees no attempt', twice, [], 2, 3],
    ['the next one if the login of its host sees no attempt', twice, [], 3, 3],
    ['a larger one if the login of its host sees no attempt', twice, [], 4, 4],
    ['its own if a later attempt was restored before it', twice, [other], 1, 1],
  ])('is added under a number: %s', (_which, job, attempts, told, number) => {
    for (const kind of ['lost', 'completed'] as const) {
      const report = aReport(kind, { number: told });
      expect(decideRestore(job, attempts, report)).toEqual({ kind: 'addAttempt', number });
    }
  });
  it('has its new number in the warning', () => {
    const attempts = [{ ...other, outcome: 'failed' as const }, known({ number: 3 })];
    expect(decideRestore(aJob('FAILED'), attempts, aReport('completed'))).toEqual({
      kind: 'warn',
      warning: 'Attempt 3 had published the output on render-01.',
    });
  });
});

describe('a completed attempt', () => {
  const warning = 'Attempt 1 had published the output on render-01.';
  it('changes no job whose other attempt may be publishing, and warns once', () => {
    const job = aJob('RENDERING', heldByOther);
    const publishing = [known(), { ...other, output: 'maybe' as const }];
    expect(decideRestore(job, publishing, aReport('completed'))).toEqual({ kind: 'warn', warning });
    const warned = { ...job, warnings: [warning] };
    expect(decideRestore(warned, publishing, aReport('completed'))).toEqual({ kind: 'confirm' });
  });
  it('warns a job that another attempt has completed with an output since', () => {
    const published = [known(), { ...other, output: 'published' as const }];
    const job = aJob('COMPLETED');
    expect(decideRestore(job, published, aReport('completed'))).toEqual({ kind: 'warn', warning });
    expect(step(job, 'completed')).toEqual({ kind: 'confirm' });
  });
  it('gives no warning if it published nothing', () => {
    const failed = { ...other, outcome: 'failed' as const };
    const report = aReport('completed', { output: 'none' });
    expect(decideRestore(aJob('FAILED'), [known(), failed], report)).toEqual({ kind: 'confirm' });
  });
  it('completes a job that failed only because all its attempts were lost', () => {
    const lost = [known({ outcome: 'lost' }), { ...other, outcome: 'lost' as const }];
    expect(decideRestore(aJob('FAILED'), lost, aReport('completed'))).toEqual({
      kind: 'event',
      event: { type: 'completeLate', output: 'published' },
    });
  });
  it('completes the job at once, and the attempt that holds the job loses it', () => {
    expect(step(aJob('RENDERING', heldByOther), 'completed')).toMatchObject({
      kind: 'takeBack',
      event: { type: 'completeEarlier', attemptId: 'a2', output: 'published' },
    });
  });
  it('counts as stopped, not finished first, if it got a signal or its output was not out', () => {
    for (const otherwise of [{ signalled: true }, { output: 'none' as const }])
      expect(
        name(decideRestore(aJob('CANCELLING'), [known()], aReport('completed', otherwise))),
      ).toBe('acknowledgeStop');
  });
});

it('an attempt that may have published adds a warning when its job goes on', () => {
  expect(step(aJob('QUEUED'), 'failed', { output: 'maybe' })).toEqual({
    kind: 'warn',
    warning: 'Attempt 1 on render-01 ended while it published: its output may be out.',
  });
});

it('a cancelled attempt adds its warning before another attempt is asked to stop', () => {
  const job = aJob('RENDERING', heldByOther);
  const first = step(job, 'stopped', { output: 'published' });
  if (first?.kind !== 'warn') throw new Error(`the first step is ${name(first)}`);
  expect(first.warning).toContain('an output of it is out');
  const warned = { ...job, warnings: [first.warning] };
  expect(name(step(warned, 'stopped', { output: 'published' }))).toBe('requestStop');
  const own = decideRestore(aJob('RENDERING'), [known()], aReport('stopped', { output: 'maybe' }));
  expect(name(own)).toBe('requestStop');
});

it.each(['lost', 'released', 'hostFailed'] as const)(
  'an attempt that was %s adds its warning before its job is rendered again',
  (kind) => {
    const job = aJob('RENDERING');
    for (const [told, known_] of [
      ['maybe', 'none'],
      ['none', 'maybe'],
    ] as const) {
      const attempts = [known({ output: known_ })];
      const report = aReport(kind, { output: told });
      const first = decideRestore(job, attempts, report);
      if (first?.kind !== 'warn') throw new Error(`the first step is ${name(first)}`);
      expect(first.warning).toContain('its output may be out');
      const warned = { ...job, warnings: [first.warning] };
      expect(name(decideRestore(warned, attempts, report))).toBe('requeue');
    }
  },
);

it('a lost attempt uses up one attempt of the job, an attempt that was given back does not', () => {
  const last = aJob('RENDERING', { attempts: 3, startedAt: AT });
  expect(name(decideRestore(last, [known()], aReport('lost')))).toBe('exhaust');
  expect(name(decideRestore(last, [known()], aReport('released')))).toBe('requeue');
  expect(name(decideRestore(last, [known()], aReport('hostFailed')))).toBe('requeue');
});

it('a job that ended in another way gets a warning about a proven cancel that was lost', () => {
  expect(step(aJob('COMPLETED'), 'stopped')).toEqual({
    kind: 'warn',
    warning:
      'render-01 had proven the end of attempt 1 after ada cancelled the job; ' +
      'the database lost that, and the job ran again.',
  });
});

describe('a report without a proof', () => {
  const open = (output: Output) => ({ output, stopReport: UNPROVEN });
  it('adds an attempt whose claim was lost', () => {
    expect(name(decideRestore(aJob('QUEUED'), [], aReport('lost', open('none'))))).toBe(
      'addAttempt',
    );
  });
  it('saves how much of its output is out, and ends nothing', () => {
    const job = aJob('RENDERING');
    const report = aReport('lost', open('maybe'));
    expect(decideRestore(job, [known()], report)).toMatchObject({ kind: 'learn', output: 'maybe' });
    for (const output of ['maybe', 'published'] as const)
      expect(decideRestore(job, [known({ output })], report)).toBeNull();
    expect(decideRestore(job, [known({ confirmedAt: LATER })], report)).toBeNull();
  });
  it('warns a job that another attempt may render again', () => {
    const attempts = [known({ output: 'maybe' }), other];
    const report = aReport('lost', open('maybe'));
    const warning = 'Attempt 1 on render-01 ended while it published: its output may be out.';
    const job = aJob('RENDERING', heldByOther);
    expect(decideRestore(job, attempts, report)).toEqual({ kind: 'warn', warning });
    expect(decideRestore({ ...job, warnings: [warning] }, attempts, report)).toBeNull();
  });
});
