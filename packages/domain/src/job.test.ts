import { expect, it } from 'vitest';
import { laterOutput, latestOutput, OUTPUTS } from './job.ts';

it('laterOutput gives the later of two outputs', () => {
  expect(OUTPUTS.map((one) => OUTPUTS.map((two) => laterOutput(one, two)))).toEqual([
    ['none', 'maybe', 'published'],
    ['maybe', 'maybe', 'published'],
    ['published', 'published', 'published'],
  ]);
});

it('latestOutput gives the latest output of all attempts, or none', () => {
  expect(latestOutput([])).toBe('none');
  expect(latestOutput([{ output: 'maybe' }, { output: 'published' }])).toBe('published');
});
