import { expect, test } from 'vitest';
import { aReport, UNPROVEN } from '../test/a-report.ts';
import { lostOutputOf } from './lost-output.ts';

const report = aReport('completed', {
  publications: [
    { what: '/out/a.mov', state: 'published' },
    { what: '/out/b.mov', state: 'skipped' },
  ],
});

test('an ended attempt tells what it put out itself, and whether that is sure', () => {
  const told = { jobId: 'j1', attemptId: 'a1', outputs: ['/out/a.mov'], isSure: true };
  expect(lostOutputOf(report)).toEqual(told);
  expect(lostOutputOf({ ...report, output: 'maybe' })).toEqual({ ...told, isSure: false });
  expect(lostOutputOf({ ...report, publications: null })).toEqual({ ...told, outputs: [] });
});

test('an attempt that put nothing out, or has not ended, tells nothing', () => {
  expect(lostOutputOf({ ...report, output: 'none' })).toBeNull();
  expect(lostOutputOf({ ...report, stopReport: UNPROVEN })).toBeNull();
});
