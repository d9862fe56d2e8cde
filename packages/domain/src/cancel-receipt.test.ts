import { expect, test } from 'vitest';
import { aJob, LATER, request } from '../test/a-job.ts';
import { deriveCancelReceipt, type StoppedAttempt } from './cancel-receipt.ts';
import { OUTPUTS } from './job.ts';
import type { RemovalReport } from './removal-report.ts';
import type { StopReport } from './stop-report.ts';

const CONFIRMED = new Date('2026-03-01T12:05:01.000Z');
const asked = { requestedBy: 'ada', requestedAt: LATER, channel: 'trpc', reason: 'wrong colours' };
const process = {
  pid: 4100,
  name: 'aerender',
  parentPid: 1,
  startedAt: '2026-03-01T12:00:00.000Z',
  endedBy: 'SIGKILL',
  endedAt: '2026-03-01T12:05:00.500Z',
} as const;
const stopReport: StopReport = {
  processes: [process],
  proof: 'kernel',
  survivors: [],
  timeToDeadMs: 500,
};
const removalReport: RemovalReport = {
  files: 3,
  bytes: 900,
  leftovers: [{ path: '/scratch/a', error: 'EBUSY' }],
  timeToCleanMs: 12,
};
const silent: StoppedAttempt = {
  host: 'render-01',
  deliveredAt: null,
  stopReport: null,
  removalReport: null,
  confirmedAt: null,
};
const proven: StoppedAttempt = {
  host: 'render-01',
  deliveredAt: LATER,
  stopReport,
  removalReport,
  confirmedAt: CONFIRMED,
};

test('no cancel asked for, no receipt', () => {
  expect(deriveCancelReceipt(aJob('RENDERING'), null)).toBeNull();
});

test('a job that was queued: no process existed, which is its proof', () => {
  expect(deriveCancelReceipt(aJob('CANCELLED'), null)).toEqual({
    outcome: 'cancelled',
    output: 'none',
    ...asked,
    host: null,
    deliveredAt: null,
    processes: [],
    proof: 'noProcess',
    survivors: [],
    files: { removed: 0, bytes: 0, leftovers: [] },
    timeToDeadMs: 0,
    timeToCleanMs: 0,
    confirmedAt: LATER,
  });
});

test('a host that has not answered: cancelling, and nothing is claimed', () => {
  expect(deriveCancelReceipt(aJob('CANCELLING'), silent)).toEqual({
    outcome: 'cancelling',
    output: 'none',
    ...asked,
    host: 'render-01',
    deliveredAt: null,
    processes: [],
    proof: null,
    survivors: [],
    files: { removed: 0, bytes: 0, leftovers: [] },
    timeToDeadMs: null,
    timeToCleanMs: null,
    confirmedAt: null,
  });
});

test('a host that proved it: every process, the proof, the files', () => {
  expect(deriveCancelReceipt(aJob('CANCELLED', { output: 'maybe' }), proven)).toEqual({
    outcome: 'cancelled',
    output: 'maybe',
    ...asked,
    host: 'render-01',
    deliveredAt: LATER,
    processes: [process],
    proof: 'kernel',
    survivors: [],
    files: { removed: 3, bytes: 900, leftovers: [{ path: '/scratch/a', error: 'EBUSY' }] },
    timeToDeadMs: 500,
    timeToCleanMs: 12,
    confirmedAt: CONFIRMED,
  });
});

test.each([
  ['CANCELLING', proven, 'cancelling'],
  ['CANCELLED', silent, 'unconfirmed'],
  ['CANCELLED', proven, 'cancelled'],
  ['COMPLETED', silent, 'finishedFirst'],
] as const)('a %s job tells the truth of its host: %s is %s', (status, attempt, outcome) => {
  expect(deriveCancelReceipt(aJob(status, { stopRequest: request }), attempt)?.outcome).toBe(
    outcome,
  );
});

test('survivors are named, and the outcome stays cancelling', () => {
  const survivors = [{ pid: 4102, name: 'AfterFX', state: 'D' }];
  const attempt = {
    ...silent,
    deliveredAt: LATER,
    stopReport: { ...stopReport, proof: null, survivors, timeToDeadMs: null },
  };
  expect(deriveCancelReceipt(aJob('CANCELLING'), attempt)).toMatchObject({
    outcome: 'cancelling',
    survivors,
    proof: null,
    timeToDeadMs: null,
  });
});

test.each(OUTPUTS)('output is told as the job has it: %s', (output) => {
  expect(deriveCancelReceipt(aJob('CANCELLED', { output }), proven)?.output).toBe(output);
});
