import { expect, test } from 'vitest';
import { AT, aJob, LATER, request } from '../test/a-job.ts';
import {
  aDeclared,
  aLost,
  aProven,
  aRunning,
  CONFIRMED,
  DEAD,
  declaration,
  stopReport,
} from '../test/an-attempt.ts';
import { deriveCancelReceipt } from './cancel-receipt.ts';
import { OUTPUTS } from './job.ts';
import type { AttemptEnding } from './open-attempt.ts';

const asked = { requestedBy: 'ada', requestedAt: LATER, channel: 'trpc', reason: 'wrong colours' };
const cancelled = (attempts: readonly AttemptEnding[], stopAttemptId: string | null) =>
  deriveCancelReceipt(aJob('CANCELLED'), attempts, stopAttemptId);

test('a job without a cancel has no receipt', () => {
  expect(deriveCancelReceipt(aJob('RENDERING'), [aRunning()], null)).toBeNull();
});

/** A receipt of a job of which no process and no file is known. */
const NOTHING = {
  ...{ outcome: 'cancelled', output: 'none', ...asked, attempt: null, host: null },
  ...{ deliveredAt: null, deliveredWithProof: false, processes: [], proof: null, survivors: [] },
  files: { removed: 0, bytes: 0, leftovers: [] },
  ...{ firstSignalAt: null, deadAt: null, timeToDeadMs: null, timeToCleanMs: null },
  ...{ askToProofMs: null, warnings: [], openAttempts: [], declared: [], awaitedHosts: [] },
  confirmedAt: null,
};

test('a queued job is cancelled at once with the proof noProcess', () => {
  expect(cancelled([], null)).toEqual({
    ...NOTHING,
    ...{ proof: 'noProcess', deadAt: LATER, confirmedAt: LATER },
    ...{ timeToDeadMs: 0, timeToCleanMs: 0, askToProofMs: 0 },
  });
});

test('a job queued again after a proven attempt is cancelled with the proof noProcess', () => {
  const before = new Date(LATER.getTime() - 1);
  expect(cancelled([aProven(1, { confirmedAt: before })], null)).toMatchObject({
    outcome: 'cancelled',
    proof: 'noProcess',
    confirmedAt: LATER,
  });
});

test('the receipt is cancelling and claims nothing before the host has answered', () => {
  expect(deriveCancelReceipt(aJob('CANCELLING'), [aRunning()], 'a1')).toEqual({
    ...NOTHING,
    ...{ outcome: 'cancelling', attempt: 1, host: 'render-01' },
  });
});

test('after a proof the receipt shows every process, the proof and the files', () => {
  const attempts = [aProven(1, { deliveredAt: LATER })];
  expect(deriveCancelReceipt(aJob('CANCELLED', { output: 'maybe' }), attempts, 'a1')).toEqual({
    ...NOTHING,
    ...{ output: 'maybe', attempt: 1, host: 'render-01', deliveredAt: LATER },
    ...{
      processes: stopReport.processes,
      proof: 'kernel',
      firstSignalAt: stopReport.firstSignalAt,
    },
    files: { removed: 3, bytes: 900, leftovers: [{ path: '/scratch/a', error: 'EBUSY' }] },
    ...{ deadAt: DEAD, timeToDeadMs: 500, timeToCleanMs: 12 },
    ...{ askToProofMs: CONFIRMED.getTime() - LATER.getTime(), confirmedAt: CONFIRMED },
  });
});

test('the receipt shows no proof while another attempt of the job is open', () => {
  expect(cancelled([aLost(1, { output: 'maybe' }), aProven(2)], 'a2')).toMatchObject({
    outcome: 'unconfirmed',
    attempt: 2,
    host: 'render-02',
    processes: stopReport.processes,
    proof: null,
    openAttempts: [
      { number: 1, host: 'render-01', lastHeardAt: AT, output: 'maybe', problem: null },
    ],
    confirmedAt: null,
  });
});

const earlier = new Date('2026-03-01T12:01:00.000Z');
const later = new Date('2026-03-01T14:00:00.000Z');
const PROVEN = { outcome: 'cancelled', proof: 'kernel', confirmedAt: CONFIRMED };
const OPEN = { outcome: 'unconfirmed', proof: null, confirmedAt: null };
const DECLARED = { ...OPEN, outcome: 'declared' };
test.each([
  ['one proven', [aProven(1)], PROVEN],
  ['one open', [aLost(1)], OPEN],
  ['one declared', [aDeclared(1)], DECLARED],
  ['open, proven', [aLost(2), aProven(1)], OPEN],
  ['open, open', [aLost(2), aLost(1)], OPEN],
  ['open, declared', [aLost(2), aDeclared(1)], OPEN],
  ['declared, proven', [aDeclared(2), aProven(1)], DECLARED],
  ['proven after it was declared gone', [aProven(1, { declaration })], PROVEN],
  ['proven earlier, proven', [aProven(2, { confirmedAt: earlier }), aProven(1)], PROVEN],
  [
    'proven, proven later',
    [aProven(2, { confirmedAt: later }), aProven(1)],
    { ...PROVEN, confirmedAt: later },
  ],
])('a CANCELLED job with attempts %s', (_attempts, attempts, receipt) => {
  expect(cancelled(attempts, 'a1')).toMatchObject(receipt);
});

test.each([
  ['CANCELLING', [aRunning(1)], 'cancelling'],
  ['CANCELLING', [aLost(2), aRunning(1)], 'cancelling'],
  ['COMPLETED', [aProven(1)], 'finishedFirst'],
  ['COMPLETED', [aLost(2), aProven(1)], 'finishedFirst'],
] as const)('the cancel of a %s job with attempts %j is %s', (status, attempts, outcome) => {
  const job = aJob(status, { stopRequest: request });
  expect(deriveCancelReceipt(job, attempts, 'a1')?.outcome).toBe(outcome);
});

test('a stop that is proven counts as delivered, at the latest when the proof came', () => {
  const attempts = [aProven(1)];
  expect(cancelled(attempts, 'a1')).toMatchObject({
    deliveredAt: CONFIRMED,
    deliveredWithProof: true,
  });
  const finished = deriveCancelReceipt(aJob('COMPLETED', { stopRequest: request }), attempts, 'a1');
  expect(finished).toMatchObject({ deliveredAt: null, deliveredWithProof: false });
});

test('the time from the cancel to the proof ends when the last attempt is proven', () => {
  const later = new Date(LATER.getTime() + 12_500);
  const attempts = [aProven(2, { confirmedAt: later }), aProven(1)];
  expect(cancelled(attempts, 'a1')).toMatchObject({ timeToDeadMs: 500, askToProofMs: 12_500 });
  expect(cancelled([...attempts, aLost(3)], 'a1')).toMatchObject({ askToProofMs: null });
  const stepped = new Date(LATER.getTime() - 5);
  expect(cancelled([aProven(1, { confirmedAt: stepped })], 'a1')).toMatchObject({
    askToProofMs: 0,
  });
});

test('a report of an older version does not say when its processes had ended', () => {
  const { endedAt: _, firstSignalAt: __, ...old } = stopReport;
  expect(cancelled([aProven(1, { stopReport: old })], 'a1')).toMatchObject({
    firstSignalAt: null,
    deadAt: null,
    timeToDeadMs: 500,
  });
});

test('survivors are named, and the outcome stays cancelling', () => {
  const survivors = [{ pid: 4102, name: 'AfterFX', state: 'D' }];
  const attempt = aRunning(1, {
    deliveredAt: LATER,
    stopReport: { ...stopReport, proof: null, survivors, timeToDeadMs: null },
  });
  expect(deriveCancelReceipt(aJob('CANCELLING'), [attempt], 'a1')).toMatchObject({
    outcome: 'cancelling',
    survivors,
    proof: null,
    timeToDeadMs: null,
  });
});

test.each(OUTPUTS)('the receipt has the same output as the job: %s', (output) => {
  const job = aJob('CANCELLED', { output });
  expect(deriveCancelReceipt(job, [aProven(1)], 'a1')?.output).toBe(output);
});

const awaited = { host: 'render-02', hostId: 'h2', reportedAt: null, declaration: null };
const isGone = { by: 'ada', at: AT, reason: 'it burned' };
const reportedAt = new Date(LATER.getTime() + 5000);

test.each([
  ['unconfirmed', [awaited], null, null, null],
  ['unconfirmed', [awaited, { ...awaited, reportedAt }], null, null, null],
  ['declared', [{ ...awaited, declaration: isGone }], null, null, null],
  ['cancelled', [{ ...awaited, reportedAt }], 'noProcess', reportedAt, 5000],
] as const)(
  'after a failover a cancel is %s if the awaited hosts are %j',
  (outcome, awaitedHosts, proof, confirmedAt, askToProofMs) => {
    const job = aJob('CANCELLED', { awaitedHosts });
    const expected = { outcome, proof, confirmedAt, askToProofMs, awaitedHosts };
    expect(deriveCancelReceipt(job, [], null)).toMatchObject(expected);
  },
);

test('the outcome is unconfirmed if one attempt is open and another host is declared gone', () => {
  const job = aJob('CANCELLED', { awaitedHosts: [{ ...awaited, declaration: isGone }] });
  expect(deriveCancelReceipt(job, [aLost()], 'a1')).toMatchObject({ outcome: 'unconfirmed' });
});
