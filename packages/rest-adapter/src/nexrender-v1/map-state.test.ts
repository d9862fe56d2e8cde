import { JOB_STATUSES } from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { mapState } from './map-state.ts';

test('every status maps to a nexrender state; ended jobs map to states that end polling', () => {
  expect(JOB_STATUSES.map((status) => [status, mapState(status, null)])).toEqual([
    ['QUEUED', 'queued'],
    ['RENDERING', 'started'],
    ['CANCELLING', 'render:cleanup'],
    ['CANCELLED', 'error'],
    ['COMPLETED', 'finished'],
    ['FAILED', 'error'],
  ]);
});

test.each([
  ['preparing', 'render:setup'],
  ['downloading', 'render:download'],
  ['launching', 'render:dorender'],
  ['rendering', 'render:dorender'],
  ['gate', 'render:postrender'],
  ['publishing', 'render:postrender'],
  ['waitingToPublish', 'render:postrender'],
  ['something new', 'started'],
])(
  'a running job with the phase %s has the state %s, and no other job has that state',
  (phase, state) => {
    expect(mapState('RENDERING', phase)).toBe(state);
    for (const status of JOB_STATUSES.filter((other) => other !== 'RENDERING'))
      expect(mapState(status, phase)).toBe(mapState(status, null));
  },
);
