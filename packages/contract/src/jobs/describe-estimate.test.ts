import { expect, it } from 'vitest';
import {
  describeEmpty,
  describeEstimate,
  describeShift,
  describeStart,
} from './describe-estimate.ts';
import type { WireEstimate } from './estimate.ts';

const range = (from: string, to: string) => ({
  from: `2026-11-26T${from}:00.000Z`,
  to: `2026-11-26T${to}:00.000Z`,
});
const clock = (at: string) => at.slice(11, 16);
const startsAt = range('02:10', '02:40');
const endsAt = range('02:20', '03:05');
const ground = { of: 'template', renders: 37 } as const;
const unknown = { startsAt: null, endsAt: null, ground: null };
const describe = (estimate: WireEstimate | null | undefined, position: number | null = 3) =>
  describeEstimate({ estimate, position, noHostOffers: ['fonts-jp'], submittedBy: 'sam' }, clock);

it.each<[string, string, string | null, WireEstimate]>([
  [
    'starts 02:10–02:40',
    'Starts 02:10–02:40, ends 02:20–03:05',
    'from 37 renders of this template',
    { startsAt, endsAt, ground, notKnown: null },
  ],
  [
    'starts 02:10–02:40',
    'Starts 02:10–02:40 · end not known: first render of this template',
    null,
    { startsAt, endsAt: null, ground: null, notKnown: 'firstRender' },
  ],
  [
    'not known',
    'Start not known: no host offers fonts-jp',
    null,
    { ...unknown, notKnown: 'noHost' },
  ],
])('a waiting job: %s', (short, whole, groundText, estimate) => {
  expect(describe(estimate)).toEqual({ short, whole, ground: groundText });
});

it.each<[string, string, string | null, WireEstimate]>([
  [
    'ends 02:20–03:05',
    'Ends 02:20–03:05',
    'from 5 renders submitted by sam',
    { startsAt: null, endsAt, ground: { of: 'submitter', renders: 5 }, notKnown: null },
  ],
  [
    'ends 02:20',
    'Ends 02:20',
    'from its frames',
    { startsAt: null, endsAt: range('02:20', '02:20'), ground: null, notKnown: null },
  ],
  ['not known', 'End not known: its host is silent', null, { ...unknown, notKnown: 'hostSilent' }],
])('a running job: %s', (short, whole, groundText, estimate) => {
  expect(describe(estimate, null)).toEqual({ short, whole, ground: groundText });
});

it('an answer without an estimate says nothing', () => {
  expect(describe(null)).toBeNull();
  expect(describe(undefined)).toBeNull();
});

it('a preview says the start, or why it is not known', () => {
  expect(describeStart({ startsAt, notKnown: null }, clock)).toBe('Starts 02:10–02:40');
  expect(describeStart({ startsAt: null, notKnown: 'noForecast' }, clock)).toBe(
    'Start not known: no forecast now',
  );
  expect(describeStart({ startsAt: null, notKnown: null }, clock)).toBe('Start not known');
});

it.each([
  [-2_400_000, 'Starts about 40 min earlier (at least 34)'],
  [2_400_000, 'Starts about 40 min later (at least 34)'],
  [20_000, null],
])('a shift of %d ms is %s', (shiftMs, text) => {
  expect(describeShift(shiftMs, shiftMs * 0.86)).toBe(text);
});

it('the queue says when it is empty, if nothing is submitted', () => {
  expect(describeEmpty(startsAt, clock)).toBe('Empty about 02:10–02:40 if nothing is submitted');
});
