import { expect, test } from 'vitest';
import { ACTIONS, type Action, isWrite, ROLES, type Role } from './actions.ts';
import { type Actor, isAllowed } from './actor.ts';

const ACTORS: readonly (readonly [string, Actor])[] = [
  ['anonymous', { kind: 'anonymous', name: '' }],
  ...ROLES.map((role) => [role, { kind: 'user', id: '1', name: role, role }] as const),
  ['admin token', { kind: 'token', id: '2', name: 'script', role: 'admin' }],
  ['worker', { kind: 'worker', name: 'render-01' }],
  ['system', { kind: 'system', name: 'renderdeck' }],
];
const actions = Object.keys(ACTIONS).filter((name): name is Action => name in ACTIONS);
/** Who has at least which role. */
const MAY: Readonly<Record<Role | 'anyone', readonly string[]>> = {
  anyone: ACTORS.map(([name]) => name),
  viewer: ['viewer', 'submitter', 'admin', 'admin token'],
  submitter: ['submitter', 'admin', 'admin token'],
  admin: ['admin', 'admin token'],
};

test.each(actions)('%s is allowed to those with its role or a higher one', (action) => {
  const allowed = ACTORS.filter(([, actor]) => isAllowed(actor, action)).map(([name]) => name);
  expect(allowed).toEqual(MAY[ACTIONS[action].role]);
});

test('only an admin cancels, sets priorities, and changes hosts, access and webhooks', () => {
  const others = actions.filter((action) => ACTIONS[action].role !== 'admin' && isWrite(action));
  const alsoForOthers = ['changePassword', 'joinHost', 'login', 'logout'];
  expect(others.sort()).toEqual([...alsoForOthers, 'resubmitJob', 'submitJob']);
});
