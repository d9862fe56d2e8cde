import { expect, test } from 'vitest';
import { endTime } from './end-time.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const after = (ms: number) => new Date(at.getTime() + ms);

test.each([
  ['so long before the report as the host says', 1500, after(-60_000), after(-1500)],
  ['at the time of the report', 0, after(-60_000), at],
  ['not before the attempt began', 90_000, after(-60_000), after(-60_000)],
  ['not after the report', -20, after(-60_000), at],
  ['not after the report, even if the clock was set back', 0, after(500), at],
])('an attempt ended %s', (_when, deadMsAgo, startedAt, ended) => {
  expect(endTime(at, deadMsAgo, startedAt)).toEqual(ended);
});
