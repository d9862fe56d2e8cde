import { expect, test } from 'vitest';
import { explainDrain, warnOfDrained } from './drain-host.ts';

test('a drain is explained with its reason, if it has one', () => {
  expect(explainDrain({ by: 'ada', reason: 'New disk.' })).toMatch(
    /^ada drained it \(New disk.\): /,
  );
  expect(explainDrain({ by: 'ada', reason: null })).toMatch(/^ada drained it: it takes no job /);
});

test('the warning names at most three drained hosts', () => {
  expect(warnOfDrained(['ae-01', 'ae-02', 'ae-03'])).toMatch(/^Drained: ae-01, ae-02, ae-03\. /);
  expect(warnOfDrained(['1', '2', '3', '4'])).toMatch(/^Drained: 1, 2, 3 and others\. /);
});
