import { expect, test } from 'vitest';
import { decideAuditResult } from './audit-result.ts';

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
