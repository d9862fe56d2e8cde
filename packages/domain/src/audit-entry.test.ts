import { expect, test } from 'vitest';
import { PERMISSIONS } from './actor.ts';
import { describeChange, isRepeatable, isWrite, READS, WRITES } from './audit-entry.ts';

test('every act of the access table is a write or a read, by its name', () => {
  expect([...WRITES, ...READS].sort()).toEqual(Object.keys(PERMISSIONS).sort());
  for (const act of [...WRITES, ...READS])
    expect([act, isWrite(act)]).toEqual([act, !/^(list|get|me$|preview|verify|on[A-Z])/.test(act)]);
});

test('a call may be repeated without a look where it reads, signs in or signs out', () => {
  const repeatable = [...WRITES, ...READS].filter(isRepeatable);
  expect(repeatable.sort()).toEqual([...READS, 'login', 'logout'].sort());
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
