import { expect, test } from 'vitest';
import {
  decideInvite,
  decideJoin,
  decideRevokeLogin,
  type Invitation,
  JOINING_NAME,
} from './host-invitation.ts';
import { explainObstacle, type LoginObstacle } from './login-obstacle.ts';

const at = new Date('2026-01-02T10:00:00Z');
const open: Invitation = {
  host: 'ae-01',
  createdBy: 'ada',
  createdAt: at,
  expiresAt: at,
  isExpired: false,
  replaces: false,
  joinedAt: null,
  withdrawnAt: null,
};
const asked = { name: null, isSame: false, host: null, login: null, obstacle: null };
const obstacle: LoginObstacle = { lacks: 'createRole', owner: 'farm_owner', login: null };

test.each([
  ['an open invitation', open, {}, { ok: true, isRepeated: false }],
  ['the name that it was made for', open, { name: 'ae-01' }, { ok: true, isRepeated: false }],
  ['a silent host', open, { host: { isHeard: false, lastHeardAt: at } }, { ok: true }],
  ['a host that gets a new password', { ...open, replaces: true }, { login: 'l' }, { ok: true }],
  [
    'the same machine again, although the invitation is over',
    { ...open, joinedAt: at, withdrawnAt: at, isExpired: true },
    { isSame: true, login: 'l' },
    { ok: true, isRepeated: true },
  ],
])('%s may join', (_case, invitation, facts, decision) => {
  expect(decideJoin(invitation, { ...asked, ...facts })).toMatchObject(decision);
});

test.each([
  ['an unknown token', null, {}, { code: 'unknownInvitation' }],
  ['a token that another machine used', { ...open, joinedAt: at }, { login: 'l' }, { why: 'used' }],
  ['a withdrawn token', { ...open, withdrawnAt: at, isExpired: true }, {}, { why: 'withdrawn' }],
  ['a late token', { ...open, isExpired: true }, {}, { why: 'expired', at, name: 'ae-01' }],
  ['a token for another name', open, { name: 'ae-02' }, { code: 'invitedOther', asked: 'ae-02' }],
  [
    'the name of a host that is heard',
    open,
    { host: { isHeard: true, lastHeardAt: at } },
    { code: 'hostHeard', name: 'ae-01', lastHeardAt: at },
  ],
  ['a name that has a login', open, { login: 'l' }, { code: 'hostHasLogin', login: 'l' }],
  ['an owner that makes no logins', open, { obstacle }, { code: 'loginsNotAllowed' }],
])('%s is refused', (_case, invitation, facts, rejection) => {
  const decision = decideJoin(invitation, { ...asked, ...facts });
  expect(decision).toMatchObject({ ok: false, rejection });
});

test('a name that has a login is invited only on purpose', () => {
  const wish = { name: 'ae-01', replaces: false, login: 'host_ae-01', obstacle: null };
  expect(decideInvite(wish)).toMatchObject({ rejection: { code: 'hostHasLogin' } });
  expect(decideInvite({ ...wish, replaces: true })).toEqual({ ok: true });
  expect(decideInvite({ ...wish, login: null })).toEqual({ ok: true });
  expect(decideInvite({ ...wish, login: null, obstacle })).toMatchObject({
    rejection: { code: 'loginsNotAllowed', owner: 'farm_owner' },
  });
});

test('only a login that the host has is revoked', () => {
  expect(decideRevokeLogin('ae-01', 'l', null)).toEqual({ ok: true, login: 'l' });
  expect(decideRevokeLogin('ae-01', null, null)).toMatchObject({
    rejection: { code: 'noHostLogin', name: 'ae-01' },
  });
  expect(decideRevokeLogin('ae-01', 'l', obstacle)).toMatchObject({ ok: false });
});

test.each([
  ['createRole', 'ALTER ROLE "farm_owner" CREATEROLE;'],
  ['adminOfHosts', 'GRANT renderdeck_host TO "farm_owner" WITH ADMIN OPTION;'],
  ['adminOfLogin', 'GRANT "host ""a""" TO "farm_owner" WITH ADMIN OPTION;'],
] as const)('a missing %s names the statement that gives it', (lacks, statement) => {
  const login = lacks === 'adminOfLogin' ? 'host "a"' : null;
  expect(explainObstacle({ lacks, owner: 'farm_owner', login })).toContain(statement);
});

test('the name of a joining host can be a part of a file name and of a unit name', () => {
  for (const name of ['ae-01', 'DESKTOP-4F2', 'a', 'x'.repeat(63)])
    expect(JOINING_NAME.test(name)).toBe(true);
  for (const name of ['', '.', '..', '-a', 'a b', 'a/b', 'größer', 'a@b', 'x'.repeat(64)])
    expect(JOINING_NAME.test(name)).toBe(false);
});
