import {
  exampleCancelling,
  PROOF_LIMIT_MS,
  statusLabel,
  type WireCancelReceipt,
} from '@renderdeck/contract';
import { ASKED_MS, stoppedJobs } from '@renderdeck/contract/testing/stopped-jobs';
import { expect, test } from 'vitest';
import { findReceiptProblem, formatCancelReceipt } from './format-receipt.ts';

const AT = '2026-03-01T12:00:00.000Z';
const NOW = Date.parse(AT);
const receipt: WireCancelReceipt = {
  ...exampleCancelling,
  requestedAt: AT,
  channel: 'trpc',
  reason: null,
  deliveredAt: null,
};

test('survivors and leftovers are named', () => {
  const stopped: WireCancelReceipt = {
    ...receipt,
    deliveredAt: AT,
    processes: [
      { pid: 4102, name: 'AfterFX', parentPid: 1, startedAt: AT, endedBy: null, endedAt: null },
    ],
    survivors: [{ pid: 4102, name: 'AfterFX', state: 'D' }],
    files: { removed: 2, bytes: 10, leftovers: [{ path: '/scratch/a', error: 'EBUSY' }] },
  };
  const lines = formatCancelReceipt(stopped, NOW);
  expect(lines).toEqual([
    'Stopping. Waiting for render-01.',
    '  asked      #4812, 2026-03-01 12:00:00Z by ada over trpc',
    '  host       render-01, reached 2026-03-01 12:00:00Z',
    '  process    4102 AfterFX: still runs',
    '  SURVIVOR   4102 AfterFX (state D)',
    '  files      2 removed, 10 bytes',
    '  left over  /scratch/a (EBUSY); tried again until gone',
    '  output     none was published',
  ]);
  expect(formatCancelReceipt(stopped, NOW + PROOF_LIMIT_MS)).toEqual([
    'Not proven. Something of it may still run on render-01.',
    ...lines.slice(1),
  ]);
});

const open = (number: number, host: string) =>
  ({ number, host, lastHeardAt: AT, output: 'none', problem: null }) as const;
const gone = { number: 2, host: 'render-02', by: 'ada', at: AT, reason: 'It burned.' };

test('open and declared attempts are named', () => {
  const problem = 'Its scratch root is that of another host.';
  const openAttempts = [
    { ...open(1, 'render-01'), output: 'maybe', problem } as const,
    { ...open(3, 'render-03'), lastHeardAt: null },
  ];
  const lines = formatCancelReceipt(
    { ...receipt, outcome: 'unconfirmed', openAttempts, declared: [gone] },
    NOW,
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      '  NOT PROVEN attempt 1 on render-01, last heard 2026-03-01 12:00:00Z; ' +
        'its output may be published, in part or whole. Its scratch root is that of another host.',
      '  NOT PROVEN attempt 3 on render-03',
      '  declared   attempt 2: render-02 gone by ada 2026-03-01 12:00:00Z: It burned.',
    ]),
  );
});

test('a receipt says what a person must know about the output', () => {
  const lines = formatCancelReceipt({ ...receipt, warnings: ['It may be out twice.'] }, NOW);
  expect(lines.at(-1)).toBe('  WARNING    It may be out twice.');
});

const awaited = { host: 'render-03', reportedAt: null, declaration: null };
const isGone = { by: 'ada', at: AT, reason: 'It burned.' };

test('a receipt names its trace', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  expect(formatCancelReceipt({ ...receipt, traceId }, NOW)).toContain(`  trace      ${traceId}`);
  expect(formatCancelReceipt(receipt, NOW).join()).not.toContain('trace');
});

test('each awaited host has a line', () => {
  const awaitedHosts = [
    awaited,
    { ...awaited, host: 'render-04', reportedAt: AT },
    { ...awaited, host: 'render-05', declaration: isGone },
  ];
  const lines = formatCancelReceipt({ ...receipt, outcome: 'unconfirmed', awaitedHosts }, NOW);
  expect(lines).toEqual(
    expect.arrayContaining([
      '  NOT PROVEN render-03 has not told the new database yet what it runs',
      '  reported   render-04 told the new database what it runs, 2026-03-01 12:00:00Z',
      '  declared   render-05 will never report, by ada 2026-03-01 12:00:00Z: It burned.',
    ]),
  );
});

test.each<[Partial<WireCancelReceipt>, string, string]>([
  [
    { outcome: 'unconfirmed', openAttempts: [open(1, 'render-01')] },
    'Not proven: attempt 1 on render-01 is not proven to have ended.',
    'unconfirmed: Job cancelled, but attempt 1 on render-01 is not proven to have ended; ' +
      'the proof comes when its host reports.',
  ],
  [
    { outcome: 'declared', declared: [gone] },
    'Not proven: attempt 2 counts as ended only because ada declared render-02 gone.',
    'declared: Job cancelled, but attempt 2 counts as ended only because ada declared ' +
      'render-02 gone.',
  ],
  [
    { outcome: 'unconfirmed', awaitedHosts: [awaited] },
    'Not proven: render-03 has not told the new database yet what it runs.',
    'unconfirmed: Job cancelled, but render-03 has not told the new database yet what it runs; ' +
      'the proof comes when its host reports.',
  ],
  [
    { outcome: 'declared', awaitedHosts: [{ ...awaited, declaration: isGone }] },
    'Not proven: render-03 will not tell the new database what it ran: It burned.',
    'declared: Job cancelled, but render-03 will not tell the new database what it ran: ' +
      'It burned.',
  ],
  [
    { outcome: 'finishedFirst' },
    'Finished first. It ended before the stop. Its output is kept.',
    'finished_first: The job finished before it could be stopped; its output is published.',
  ],
])('%o is not shown as cancelled', (facts, head, problem) => {
  const shown = { ...receipt, ...facts };
  expect(formatCancelReceipt(shown, NOW)[0]).toBe(head);
  expect(findReceiptProblem(shown)).toBe(problem);
});

test('the head of a receipt begins with the word for the status of its job', () => {
  for (const job of stoppedJobs())
    for (const waitedMs of [0, PROOF_LIMIT_MS - 1, PROOF_LIMIT_MS]) {
      const [head] = formatCancelReceipt(job.receipt, ASKED_MS + waitedMs);
      const word = statusLabel(job, false, ASKED_MS + waitedMs);
      expect(head?.startsWith(word), `${job.status} (${word}), ${head}`).toBe(true);
    }
});
