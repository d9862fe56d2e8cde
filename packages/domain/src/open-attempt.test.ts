import { expect, test } from 'vitest';
import { AT } from '../test/a-job.ts';
import { aDeclared, aLost, aProven, aRunning, declaration } from '../test/an-attempt.ts';
import { declaredAttemptsOf, openAttemptsOf } from './open-attempt.ts';

test('an open attempt has its host, when that was last heard, its output and problem', () => {
  const problem = 'The host was rebooted, but its hardware is another.';
  expect(openAttemptsOf([aLost(1, { output: 'maybe', problem })])).toEqual([
    { number: 1, host: 'render-01', lastHeardAt: AT, output: 'maybe', problem },
  ]);
});

test('only lost attempts without a proof and without a declaration are open', () => {
  const attempts = [aLost(1), aProven(2), aDeclared(3), aLost(4), aRunning(5)];
  expect(openAttemptsOf(attempts).map(({ number }) => number)).toEqual([1, 4]);
});

test('a declared attempt says who declared it, when and why', () => {
  expect(declaredAttemptsOf([aProven(1), aDeclared(2), aLost(3)])).toEqual([
    { number: 2, host: 'render-02', ...declaration },
  ]);
});

test('a proof replaces a declaration', () => {
  const proven = aProven(1, { outcome: 'lost', declaration });
  expect(declaredAttemptsOf([proven])).toEqual([]);
  expect(openAttemptsOf([proven])).toEqual([]);
});
