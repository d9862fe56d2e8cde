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
  ['with those of another host', silent, [open('a1'), foreign], ['a1', 'foreign'], false],
  ['again, with nothing new', { ...silent, isGone: true }, [], [], true],
  ['again, with a new open attempt', { ...silent, isGone: true }, [open('a1')], ['a1'], false],
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
  ['attempts that it ends and proves itself', heard, [open('a1'), running]],
  ['an attempt of a row without host id', heard, [open('a1', { hostId: null })]],
  ['no host id of its own', { ...heard, hostId: null }, [foreign]],
  ['a problem that does not end the render', heard, [{ ...running, problem: 'x' }]],
] as const)('a host that is heard is not gone: %s', (_case, host, attempts) => {
  expect(decideDeclareGone(host, attempts)).toEqual({
    ok: false,
    rejection: { code: 'hostHeard', name: 'ae-03', lastHeardAt: AT },
  });
});

test('of a host that is heard only the attempts are declared that it cannot prove', () => {
  expect(decideDeclareGone(heard, [open('a1'), running, foreign, unprovable])).toEqual({
    ok: true,
    attemptIds: ['foreign', 'unprovable'],
    hostIsGone: false,
    noop: false,
  });
});
