import { describe, expect, test } from 'vitest';
import { isKeptOff, warnOfKeptOff } from './kept-off.ts';

const at = (second: number) => new Date(second * 1000);

describe('isKeptOff', () => {
  test.each([
    { what: 'never given back', times: 0, held: null, asked: null, keptOff: false },
    { what: 'given back, no check', times: 1, held: null, asked: null, keptOff: true },
    { what: 'given back after the check', times: 1, held: at(9), asked: at(9), keptOff: true },
    { what: 'given back when the check began', times: 1, held: at(10), asked: null, keptOff: true },
    { what: 'given back before the check', times: 1, held: at(11), asked: null, keptOff: false },
    {
      what: "twice, and the host's own check held",
      times: 2,
      held: at(11),
      asked: at(9),
      keptOff: true,
    },
    {
      what: "twice, and no admin's check held",
      times: 2,
      held: at(11),
      asked: null,
      keptOff: true,
    },
    {
      what: "twice, and an admin's check held",
      times: 2,
      held: at(11),
      asked: at(11),
      keptOff: false,
    },
  ])('$what: $keptOff', ({ times, held, asked, keptOff }) => {
    const given = { times, lastAt: at(10), checkHeldAt: held, askedCheckHeldAt: asked };
    expect(isKeptOff(given)).toBe(keptOff);
  });
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
