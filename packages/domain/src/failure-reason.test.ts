import { expect, test } from 'vitest';
import { failureReason } from './failure-reason.ts';

const FOOTAGE = 'After Effects reported an error: Footage missing: …';

test.each([
  ['After Effects reported an error: Footage missing: /mnt/footage/bumper_a.mov', FOOTAGE],
  ['After Effects reported an error: Footage missing: D:\\footage\\b 2\\c.mov', FOOTAGE],
  ['After Effects reported an error: Footage missing: intro.mov', FOOTAGE],
  [
    'template (file:///C:/My Shows/a b.aep) could not be read: there is no such file.',
    'template (…) could not be read: there is no such file.',
  ],
  [
    'assets[3] (https://cdn.test/logo.png?v=2) could not be downloaded: status 404.',
    'assets[#] (…) could not be downloaded: status #.',
  ],
  [
    'Attempt 3 was lost: render-01 was not heard until its lease ran out. ' +
      'No attempts are left (3 of 3).',
    'Attempt # was lost: # was not heard until its lease ran out. No attempts are left (# of #).',
  ],
  [
    "Couldn't find the comp 'main' in job 1f0c6b2e-9a37-4d1f-8c7e-3b6f0c1d2e3f.",
    'Couldn\'t find the comp "…" in job #.',
  ],
  [
    'No comp was found with the given name “Bühne\n 2”.',
    'No comp was found with the given name "…".',
  ],
  [
    'aerender crashed with the code 0xC0000005; its last lines are in the log.',
    'aerender crashed with the code #; its last lines are in the log.',
  ],
  ['', ''],
])('%j has the reason %j', (failure, reason) => {
  expect(failureReason(failure)).toBe(reason);
});

test('a reason is short, and has whole characters', () => {
  expect(failureReason('𝕏'.repeat(5000))).toBe('𝕏'.repeat(300));
});
