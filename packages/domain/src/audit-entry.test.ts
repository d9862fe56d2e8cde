import { expect, test } from 'vitest';
import { ACTIONS, AUDIT_DEEDS, isRepeatable, isWrite, READS, WRITES } from './actions.ts';
import { actionsOf, describeChange } from './audit-entry.ts';

test('every action is a write or a read, by its name', () => {
  expect([...WRITES, ...READS].sort()).toEqual(Object.keys(ACTIONS).sort());
  for (const act of [...WRITES, ...READS])
    expect([act, isWrite(act)]).toEqual([act, !/^(list|get|me$|preview|verify|on[A-Z])/.test(act)]);
});

test('a call may be repeated without a look where it reads, signs in or signs out', () => {
  const repeatable = [...WRITES, ...READS].filter(isRepeatable);
  expect(repeatable.sort()).toEqual([...READS, 'login', 'logout'].sort());
});

test('each action is of one kind', () => {
  const actions = AUDIT_DEEDS.flatMap(actionsOf);
  expect(actions.toSorted()).toEqual([...READS, ...WRITES, 'countRefusals'].toSorted());
});

test('a stop is a cancel, and a new job may come from an old one', () => {
  expect(actionsOf('stop')).toEqual(['cancelJob']);
  expect(actionsOf('submit').toSorted()).toEqual(['resubmitJob', 'submitJob']);
});

test.each([
  [{ priority: 50 }, { priority: 70 }, { before: { priority: 50 }, after: { priority: 70 } }],
  [
    { priority: 50, position: 2 },
    { priority: 50, position: 1 },
    { before: { position: 2 }, after: { position: 1 } },
  ],
  [{}, { role: 'admin' }, { before: { role: null }, after: { role: 'admin' } }],
  [{ role: 'admin' }, {}, { before: { role: 'admin' }, after: { role: null } }],
  [{ disabled: false }, { disabled: false }, null],
  [{}, { expiresAt: null }, null],
  [{}, {}, null],
])('from %j to %j tells only what differs: %j', (before, after, change) => {
  expect(describeChange(before, after)).toEqual(change);
});
