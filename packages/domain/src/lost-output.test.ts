import { expect, test } from 'vitest';
import type { AttemptReport } from './attempt-report.ts';
import { lostOutputOf } from './lost-output.ts';

const stopReport = {
  ...{ processes: [], survivors: [], firstSignalAt: null, deadAt: null },
  ...{ timeToDeadMs: 0, rounds: 0 },
};
const report: AttemptReport = {
  ...{ jobId: 'job', attemptId: 'attempt', number: 1, host: 'ae-01', workerId: 'worker' },
  identity: { hostId: 'id', machineId: null, hardwareId: null, bootId: 'b', pidNamespace: null },
  ...{ treeMarker: 'marker', end: { kind: 'completed' }, output: 'published' },
  publications: [
    { what: '/out/a.mov', state: 'published' },
    { what: '/out/b.mov', state: 'skipped' },
  ],
  stopReport: { ...stopReport, proof: 'kernel' },
  ...{ signalled: false, removalReport: null, ranMs: 1, deadAt: '2026-03-01T12:00:00.000Z' },
};

test('an ended attempt tells what it put out itself, and whether that is sure', () => {
  const told = { jobId: 'job', attemptId: 'attempt', outputs: ['/out/a.mov'], isSure: true };
  expect(lostOutputOf(report)).toEqual(told);
  expect(lostOutputOf({ ...report, output: 'maybe' })).toEqual({ ...told, isSure: false });
  expect(lostOutputOf({ ...report, publications: null })).toEqual({ ...told, outputs: [] });
});

test('an attempt that put nothing out, or has not ended, tells nothing', () => {
  expect(lostOutputOf({ ...report, output: 'none' })).toBeNull();
  expect(lostOutputOf({ ...report, stopReport: { ...stopReport, proof: null } })).toBeNull();
});
