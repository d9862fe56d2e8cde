import { expect, test } from 'vitest';
import { ACTIONS, AUDIT_DEEDS, isRepeatable, isWrite, READS, WRITES } from './actions.ts';
import { actionsOf, describeChange } from './audit-entry.ts';

test('every action is either a write or a read, and isWrite tells which', () => {
  expect([...WRITES, ...READS].sort()).toEqual(Object.keys(ACTIONS).sort());
  for (const act of [...WRITES, ...READS])
    expect([act, isWrite(act)]).toEqual([act, !/^(list|get|me$|preview|verify|on[A-Z])/.test(act)]);
});

test('only reads, sign-ins, sign-outs and joins are safe to repeat', () => {
  const repeatable = [...WRITES, ...READS].filter(isRepeatable);
  expect(repeatable.sort()).toEqual([...READS, 'joinHost', 'login', 'logout'].sort());
});

test('each action is of one kind', () => {
  const actions = AUDIT_DEEDS.flatMap(actionsOf);
  expect(actions.toSorted()).toEqual(
    [...READS, ...WRITES, 'countRefusals', 'reportLostOutput', 'leaveFarm'].toSorted(),
  );
});

test('the kind "stop" has the cancel, and the kind "submit" also has the run of an old job', () => {
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
])('the change from %j to %j has only the values that differ: %j', (before, after, change) => {
  expect(describeChange(before, after)).toEqual(change);
});
