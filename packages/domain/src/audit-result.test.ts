import { expect, test } from 'vitest';
import { decideAuditResult, decideStopState } from './audit-result.ts';
import type { CancelOutcome } from './cancel-receipt.ts';

test.each([
  ['cancelJob', 'done', null, 'stopping', 'stopping'],
  ['cancelJob', 'done', null, 'notProven', 'notProven'],
  ['cancelJob', 'done', null, null, 'done'],
  ['cancelJob', 'noop', null, 'stopping', 'done'],
  ['setPriority', 'done', null, 'stopping', 'done'],
  ['setPriority', 'refused', 'stale_version', null, 'conflict'],
  ['setPriority', 'refused', 'forbidden', null, 'refused'],
  ['setPriority', 'refused', null, null, 'refused'],
] as const)('%s, %s with %s, stop %s: %s', (action, outcome, code, stop, result) => {
  expect(decideAuditResult({ action, outcome, code }, stop)).toBe(result);
});

type Missing = Omit<Parameters<typeof decideStopState>[0], 'outcome'>;
const awaited = (reportedAt: string | null) => ({ reportedAt });
const nothing: Missing = { openAttempts: [], declared: [], awaitedHosts: [] };
const withOpen = { ...nothing, openAttempts: [1] };
const withDeclared = { ...nothing, declared: [1] };

test.each<[CancelOutcome, Missing, boolean, string]>([
  ['cancelled', nothing, true, 'proven'],
  ['cancelled', { ...nothing, awaitedHosts: [awaited('then')] }, false, 'proven'],
  ['finishedFirst', nothing, false, 'proven'],
  ['finishedFirst', withOpen, false, 'notProven'],
  ['finishedFirst', withDeclared, false, 'notProven'],
  [
    'finishedFirst',
    { ...nothing, awaitedHosts: [awaited('then'), awaited(null)] },
    false,
    'notProven',
  ],
  ['unconfirmed', withOpen, false, 'notProven'],
  ['declared', withDeclared, false, 'notProven'],
  ['cancelling', nothing, false, 'stopping'],
  ['cancelling', withOpen, false, 'stopping'],
  ['cancelling', nothing, true, 'notProven'],
])('the stop with the outcome %s and %j, late %s: %s', (outcome, missing, isLate, state) => {
  expect(decideStopState({ outcome, ...missing }, isLate)).toBe(state);
});
