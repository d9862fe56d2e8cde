import { expect, test } from 'vitest';
import { AUDIT_DEEDS, actionsOf } from './audit-deed.ts';
import { READS, WRITES } from './audit-entry.ts';

test('each action is of one kind', () => {
  const actions = AUDIT_DEEDS.flatMap(actionsOf);
  expect(actions.toSorted()).toEqual([...READS, ...WRITES, 'countRefusals'].toSorted());
});

test('a stop is a cancel, and a new job may come from an old one', () => {
  expect(actionsOf('stop')).toEqual(['cancelJob']);
  expect(actionsOf('submit').toSorted()).toEqual(['resubmitJob', 'submitJob']);
});
