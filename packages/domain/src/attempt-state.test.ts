import { expect, test } from 'vitest';
import { decideAttemptState } from './attempt-state.ts';

test.each([
  { outcome: null, isProven: false, state: 'rendering' },
  { outcome: 'completed', isProven: true, state: 'finished' },
  { outcome: 'failed', isProven: true, state: 'failed' },
  { outcome: 'stopped', isProven: true, state: 'stopped' },
  { outcome: 'stopped', isProven: false, state: 'notProven' },
  { outcome: 'lost', isProven: false, state: 'notProven' },
  { outcome: 'lost', isProven: true, state: 'lost' },
  { outcome: 'released', isProven: true, state: 'givenBack' },
  { outcome: 'hostFailed', isProven: true, state: 'givenBack' },
] as const)('$outcome, proven: $isProven is $state', ({ state, ...attempt }) => {
  expect(decideAttemptState(attempt)).toBe(state);
});
