import { expect, test } from 'vitest';
import { ACCESS } from './actor.ts';
import { AUDIT_ACTIONS, describeChange, isAudited } from './audit-entry.ts';

test('every audited act is an act of the access table, and no read is audited', () => {
  expect(AUDIT_ACTIONS.filter((action) => !(action in ACCESS))).toEqual([]);
  expect(Object.keys(ACCESS).filter((act) => /^(list|get|me|preview|on)/.test(act) && isAudited(act))).toEqual([]);
});

test('every act that changes something is audited', () => {
  expect(Object.keys(ACCESS).filter((act) => !/^(list|get|me$|preview|on[A-Z])/.test(act) && !isAudited(act))).toEqual([]);
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
