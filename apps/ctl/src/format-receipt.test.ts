import type { WireCancelReceipt } from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { formatCancelReceipt, problemOfReceipt } from './format-receipt.ts';

const AT = '2026-03-01T12:00:00.000Z';
const receipt: WireCancelReceipt = {
  outcome: 'cancelling',
  output: 'none',
  requestedBy: 'ada',
  requestedAt: AT,
  channel: 'trpc',
  reason: null,
  host: 'render-01',
  deliveredAt: null,
  processes: [],
  proof: null,
  survivors: [],
  files: { removed: 0, bytes: 0, leftovers: [] },
  timeToDeadMs: null,
  timeToCleanMs: null,
  confirmedAt: null,
};

test('survivors and leftovers are named', () => {
  const lines = formatCancelReceipt({
    ...receipt,
    deliveredAt: AT,
    processes: [
      { pid: 4102, name: 'AfterFX', parentPid: 1, startedAt: AT, endedBy: null, endedAt: null },
    ],
    survivors: [{ pid: 4102, name: 'AfterFX', state: 'D' }],
    files: { removed: 2, bytes: 10, leftovers: [{ path: '/scratch/a', error: 'EBUSY' }] },
  });
  expect(lines).toEqual([
    'Stop requested. Waiting for render-01.',
    '  asked      2026-03-01 12:00:00Z by ada over trpc',
    '  host       render-01, told 2026-03-01 12:00:00Z',
    '  process    4102 AfterFX: still runs',
    '  SURVIVOR   4102 AfterFX (state D)',
    '  files      2 removed, 10 bytes',
    '  left over  /scratch/a (EBUSY); tried again until gone',
    '  output     none was put out',
  ]);
});

test.each([
  [
    'unconfirmed',
    'Cancelled, unconfirmed: render-01 was lost.',
    'unconfirmed: render-01 was lost before it confirmed; it reports when it is back.',
  ],
  [
    'finishedFirst',
    'Not cancelled: it finished first.',
    'finished_first: The job finished before it could be stopped; its output is out.',
  ],
] as const)('%s is not shown as cancelled', (outcome, head, problem) => {
  expect(formatCancelReceipt({ ...receipt, outcome })[0]).toBe(head);
  expect(problemOfReceipt({ ...receipt, outcome })).toBe(problem);
});
