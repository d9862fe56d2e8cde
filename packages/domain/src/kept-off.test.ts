import { expect, test } from 'vitest';
import { isKeptOff, warnOfKeptOff } from './kept-off.ts';

const at = (second: number) => new Date(second * 1000);

test.each([
  // times given back, when the latest check began that held, and that an admin asked for
  ['never given back', 0, null, null, false],
  ['given back, no check', 1, null, null, true],
  ['given back after the check', 1, at(9), at(9), true],
  ['given back when the check began', 1, at(10), null, true],
  ['given back before the check', 1, at(11), null, false],
  ["twice, and the host's own check held", 2, at(11), at(9), true],
  ["twice, and no admin's check held", 2, at(11), null, true],
  ["twice, and an admin's check held", 2, at(11), at(11), false],
] as const)('%s', (_what, times, checkHeldAt, askedCheckHeldAt, keptOff) => {
  expect(isKeptOff({ times, lastAt: at(10), checkHeldAt, askedCheckHeldAt })).toBe(keptOff);
});

test('a job names each host that does not get it, and says until when', () => {
  const host = 'render-01';
  expect(warnOfKeptOff({ host, times: 1, why: null })).toBe(
    'render-01 gave the job back and is left out until its check of itself holds.',
  );
  expect(warnOfKeptOff({ host, times: 2, why: null })).toBe(
    "render-01 gave the job back 2 times and is left out until an admin's check of it holds.",
  );
  const why = 'Attempt 1 was given back by render-01: The disk is full.';
  expect(warnOfKeptOff({ host, times: 1, why })).toBe(
    `${why} render-01 is left out until its check of itself holds.`,
  );
  expect(warnOfKeptOff({ host, times: 2, why })).toBe(
    `${why} It gave the job back 2 times, so it is left out until an admin's check of it holds.`,
  );
});
