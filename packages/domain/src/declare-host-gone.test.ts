import { expect, test } from 'vitest';
import { AT } from '../test/a-job.ts';
import {
  type DeclarableHost,
  decideDeclareGone,
  type UnprovenAttempt,
} from './declare-host-gone.ts';

const silent: DeclarableHost = {
  name: 'ae-03',
  hostId: 'h1',
  lastHeardAt: AT,
  isHeard: false,
  isGone: false,
};
const heard = { ...silent, isHeard: true };
const open = (id: string, facts: Partial<UnprovenAttempt> = {}): UnprovenAttempt => ({
  id,
  hostId: 'h1',
  holdsJob: false,
  problem: null,
  ...facts,
});
const running = open('runs', { holdsJob: true });
const foreign = open('foreign', { hostId: 'h2' });
const unprovable = open('unprovable', { problem: 'It ran in another PID namespace.' });

test.each([
  ['with no open attempt', silent, [], [], false],
  ['with open attempts', silent, [open('a1'), open('a2')], ['a1', 'a2'], false],
  ['with open attempts of another host', silent, [open('a1'), foreign], ['a1', 'foreign'], false],
  ['again, and nothing is new', { ...silent, isGone: true }, [], [], true],
  ['again, and an open attempt is new', { ...silent, isGone: true }, [open('a1')], ['a1'], false],
] as const)('a silent host is gone %s', (_case, host, attempts, attemptIds, noop) => {
  expect(decideDeclareGone(host, attempts)).toEqual({
    ok: true,
    attemptIds,
    hostIsGone: true,
    noop,
  });
});

test('a silent host whose attempt still holds a job is not gone', () => {
  expect(decideDeclareGone(silent, [open('a1'), running])).toEqual({
    ok: false,
    rejection: { code: 'hostHoldsJobs', name: 'ae-03', jobs: 1 },
  });
});

test.each([
  ['nothing open', heard, []],
  ['its attempts are its own, so it ends and proves them', heard, [open('a1'), running]],
  ['the row of its attempt has no host id', heard, [open('a1', { hostId: null })]],
  ['it has no host id', { ...heard, hostId: null }, [foreign]],
  ['a problem of its attempt does not end the render', heard, [{ ...running, problem: 'x' }]],
] as const)('a host that is heard is not gone: %s', (_case, host, attempts) => {
  expect(decideDeclareGone(host, attempts)).toEqual({
    ok: false,
    rejection: { code: 'hostHeard', name: 'ae-03', lastHeardAt: AT },
  });
});

test('only attempts that a heard host cannot prove are declared', () => {
  expect(decideDeclareGone(heard, [open('a1'), running, foreign, unprovable])).toEqual({
    ok: true,
    attemptIds: ['foreign', 'unprovable'],
    hostIsGone: false,
    noop: false,
  });
});
