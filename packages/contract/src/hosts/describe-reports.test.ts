import { FINDING_STATES, type FindingState } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { describeKillTest, describePreparation } from './describe-reports.ts';

const report = (states: readonly FindingState[]) => ({
  at: '2026-03-01T12:00:00.000Z',
  findings: states.map((state) => ({ name: state, state, sentence: '' })),
});

test.each([
  { states: null, prepared: 'never run', held: 'never run' },
  { states: ['ok', 'done'] as const, prepared: 'prepared', held: 'held' },
  { states: ['todo', 'todo'] as const, prepared: '2 to do', held: '2 failed' },
  { states: ['unknown'] as const, prepared: '1 not known', held: '1 not known' },
  {
    states: FINDING_STATES,
    prepared: '1 to do, 1 not known',
    held: '1 failed, 1 not known',
  },
])('$states: $prepared; $held', ({ states, prepared, held }) => {
  const found = states === null ? null : report(states);
  expect(describePreparation({ preparation: found })).toBe(prepared);
  expect(describeKillTest({ killTest: found })).toBe(held);
});
