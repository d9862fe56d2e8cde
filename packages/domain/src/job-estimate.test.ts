import { expect, it } from 'vitest';
import {
  estimateRunning,
  estimateWaiting,
  type KnownPace,
  type PaceFacts,
  type RunningFacts,
  rangeOfEnd,
  roundOut,
  type StartFacts,
} from './job-estimate.ts';

const MINUTE = 60_000;
const zero = Date.UTC(2026, 10, 26, 2, 0);
const at = (minutes: number) => new Date(zero + minutes * MINUTE);
const now = at(0);
const pace: KnownPace = {
  ...{ of: 'template', renders: 37, meanMs: 20 * MINUTE },
  ...{ logMean: Math.log(20 * MINUTE), logVar: 0.04 },
};
const known: PaceFacts = { pace, renders: 37 };
const none: PaceFacts = { pace: null, renders: 0 };
const start = (differences: Partial<StartFacts> = {}): StartFacts => ({
  ...{ madeAt: now, slots: 4, range: { saidS: 1500, fromS: 720, toS: 2340 } },
  ...differences,
});
const waiting = (facts: StartFacts | null, paces = known, hasHost = true) =>
  estimateWaiting(facts, paces, { hasHost, now });

it('a waiting job has the range of its start and of its end, with the ground', () => {
  const { startsAt, endsAt, ground, notKnown } = waiting(start());
  expect(startsAt).toEqual({ from: at(10), to: at(40) });
  expect(ground).toEqual({ of: 'template', renders: 37 });
  expect(notKnown).toBeNull();
  // The end is start and duration together; its width is less than the sum of both widths.
  expect(endsAt?.from.getTime()).toBeGreaterThanOrEqual(at(25).getTime());
  expect(endsAt?.from.getTime()).toBeLessThan(at(45).getTime());
  expect(endsAt?.to.getTime()).toBeGreaterThan(at(45).getTime());
  expect(endsAt?.to.getTime()).toBeLessThan(at(40 + 30).getTime());
});

it.each([
  ['no known host offers the tags', start(), known, false, 'noHost'],
  ['the forecast is too old', null, known, true, 'noForecast'],
  ['all hosts for it are silent', start({ slots: 0, range: null }), known, true, 'noHostHeard'],
  ['too much ahead is new', start({ range: null }), known, true, 'newTemplates'],
] as const)('no start is known when %s', (_when, facts, paces, hasHost, notKnown) => {
  const unknown = { startsAt: null, endsAt: null, ground: null, notKnown };
  expect(waiting(facts, paces, hasHost)).toEqual(unknown);
});

it.each([
  [0, 'firstRender'],
  [2, 'fewRenders'],
])('after %d renders of the template the start is known and the end is not', (renders, why) => {
  const { startsAt, endsAt, notKnown } = waiting(start(), { pace: null, renders });
  expect([startsAt, endsAt, notKnown]).toEqual([{ from: at(10), to: at(40) }, null, why]);
});

const running = (facts: Partial<RunningFacts>) =>
  estimateRunning({
    ...known,
    ...{ startedAt: at(-10), expectedEndAt: null, isHeard: true, isStopping: false, now },
    ...facts,
  });

it('the frames tell the end of a running job', () => {
  expect(running({ expectedEndAt: at(8) })).toEqual({
    startsAt: null,
    endsAt: { from: at(4), to: at(15) },
    ground: { of: 'template', renders: 37 },
    notKnown: null,
  });
  expect(running({ ...none, expectedEndAt: at(8) }).ground).toBeNull();
  expect(rangeOfEnd(at(-3), now)).toEqual({ from: at(0), to: at(1) });
});

it('without frames, the earlier renders tell the end', () => {
  const { endsAt, notKnown } = running({});
  expect(notKnown).toBeNull();
  expect(endsAt?.from.getTime()).toBeGreaterThanOrEqual(at(4).getTime());
  expect(endsAt?.to.getTime()).toBeLessThanOrEqual(at(25).getTime());
});

it.each([
  ['its host is silent', { isHeard: false, expectedEndAt: at(5) }, 'hostSilent'],
  ['it is being stopped', { isStopping: true, expectedEndAt: at(5) }, 'stopping'],
  ['it is the first render', none, 'firstRender'],
  ['it runs far longer than the others', { startedAt: at(-500) }, 'overdue'],
] as const)('the end is not known when %s', (_when, facts, notKnown) => {
  expect(running(facts)).toEqual({ startsAt: null, endsAt: null, ground: null, notKnown });
});

it('a range is rounded outward: to 1 min in the next 10 min, then to 5 min', () => {
  const range = { from: at(3.7), to: at(11.2) };
  expect(roundOut(range, now)).toEqual({ from: at(3), to: at(15) });
});
