import { statusLabel, statusText } from '@renderdeck/contract';
import { expect, it } from 'vitest';
import { ASKED_AT, aJob } from '../../testing/a-job.ts';

const at = (ms: number) => Date.parse(ASKED_AT) + ms;

it.each([
  ['Queued', aJob({ status: 'QUEUED' }), false, 0],
  ['Starting', aJob({ progress: 0, phase: null }), false, 0],
  ['Starting', aJob({ progress: 0, phase: 'downloading' }), false, 0],
  ['Rendering', aJob({ progress: 0, phase: 'launching' }), false, 0],
  ['Rendering', aJob({ phase: 'publishing' }), false, 0],
  ['Rendering', aJob(), false, 0],
  ['Unknown', aJob(), true, 0],
  ['Finished', aJob({ status: 'COMPLETED' }), true, 0],
  ['Failed', aJob({ status: 'FAILED' }), true, 0],
] as const)('%s', (word, job, silent, ms) => {
  expect(statusLabel(job, silent, at(ms))).toBe(word);
});

it('a complete job that published nothing says so', () => {
  const completed = aJob({ status: 'COMPLETED', output: 'published' });
  expect(statusText(completed, false, 0)).toBe('Finished');
  expect(statusText({ ...completed, output: 'none' }, false, 0)).toBe(
    'Finished, nothing published',
  );
  expect(statusText(aJob({ status: 'FAILED', output: 'none' }), false, 0)).toBe('Failed');
});
