import { expect, test } from 'vitest';
import { aJob } from '../test/a-job.ts';
import { aReport } from '../test/a-report.ts';
import { aKnown } from '../test/an-attempt.ts';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';
import { decideRestore } from './restore.ts';

const KILLED = 'aerender was ended by the system, most likely out of memory (SIGKILL).';
const second = { id: 'a2', number: 2, host: 'render-02' };

test('a job fails if an earlier attempt was ended from outside too, and names its host', () => {
  const warnings = ['Another warning.', warnOfKill({ number: 1, host: 'render-01' })];
  expect(decideRepeatedKill({ warnings }, second, KILLED)).toEqual({
    type: 'fail',
    attemptId: 'a2',
    failure:
      'aerender was ended by the system, most likely out of memory (SIGKILL). It has happened ' +
      'before: Attempt 1 was ended by the system or by another program on render-01. ' +
      'The job is not tried again.',
  });
});

test('the warning of the attempt itself and other warnings do not count as an earlier kill', () => {
  const warnings = ['Another warning.', warnOfKill(second)];
  expect(decideRepeatedKill({ warnings }, second, KILLED)).toBeNull();
});

test('a later report leads to the same end: first a warning, then the job goes on', () => {
  const end = { kind: 'hostFailed', why: 'Given back.', killed: KILLED } as const;
  const job = aJob('RENDERING');
  const report = aReport('hostFailed', { end });
  const first = decideRestore(job, [aKnown()], report);
  expect(first).toEqual({ kind: 'warn', warning: warnOfKill(report) });
  const warned = { ...job, warnings: [warnOfKill(report)] };
  const next = decideRestore(warned, [aKnown()], report);
  expect(next).toMatchObject({ event: { type: 'requeue', countsAsAttempt: false } });
  const elsewhere = aReport('hostFailed', { end, host: 'render-02' });
  expect(decideRestore(warned, [aKnown()], elsewhere)).toMatchObject({
    event: { type: 'fail', failure: expect.stringContaining(warnOfKill(report)) },
  });
});
