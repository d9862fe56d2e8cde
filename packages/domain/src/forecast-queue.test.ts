import { expect, it } from 'vitest';
import { type ForecastInput, forecastQueue, type WaitingWork } from './forecast-queue.ts';

const work = (known: Partial<WaitingWork> = {}): WaitingWork => ({
  ...{ tags: '', jobs: 1, meanS: 600, isNew: false },
  ...known,
});
const forecast = (known: Partial<ForecastInput>) =>
  forecastQueue({ slots: [], runningS: 0, runningNewS: 0, first: [], blocks: [], ...known });
const slot = (freeS: number, ...tags: string[]) => ({ freeS, tags });
/** The start of a set at each edge. */
const startsOf = (tags: string, known: Partial<ForecastInput>) =>
  forecast(known).sets.find((set) => set.tags === tags)?.starts;

it('one slot renders the queue one by one', () => {
  const first = [work(), work({ meanS: 60 }), work()];
  expect(forecast({ slots: [slot(30)], first })).toEqual({
    edges: [0, 1, 2, 3],
    sets: [{ tags: '', slots: 1, starts: [30, 630, 690, 1290] }],
  });
});

it('an empty queue starts a job when the first slot is free', () => {
  const slots = [slot(90), slot(20, 'c4d'), slot(50)];
  expect(forecast({ slots })).toEqual({
    edges: [0],
    sets: [{ tags: '', slots: 3, starts: [20] }],
  });
});

it('a job goes only to a slot that offers all its tags', () => {
  const slots = [slot(0), slot(100, 'c4d', 'gpu'), slot(500, 'c4d')];
  const first = [work({ tags: 'c4d,gpu' }), work({ tags: 'c4d' }), work()];
  const known = { slots, first };
  expect(startsOf('c4d,gpu', known)).toEqual([100, 700, 700, 700]);
  expect(startsOf('c4d', known)).toEqual([100, 500, 700, 700]);
  expect(startsOf('', known)).toEqual([0, 0, 0, 600]);
});

it('tags that no slot offers have no start, and hold up nobody', () => {
  const first = [work({ tags: 'fonts-jp', isNew: true }), work()];
  const known = { slots: [slot(10)], first };
  expect(forecast(known).sets).toContainEqual({
    tags: 'fonts-jp',
    slots: 0,
    starts: [null, null, null],
  });
  expect(startsOf('', known)).toEqual([10, 10, 610]);
});

it('without a slot, as while all hosts are silent, nothing is known', () => {
  expect(startsOf('', { first: [work()], blocks: [[work()]] })).toEqual([null, null, null]);
});

it('the rest is poured over the slots, the lowest first', () => {
  const slots = [slot(0), slot(1000), slot(4000)];
  const blocks = [[work({ jobs: 20, meanS: 100 })]];
  const { edges, sets } = forecast({ slots, blocks });
  const starts = sets[0]?.starts ?? [];
  const at = (jobs: number) => starts[edges.indexOf(jobs)];
  expect([at(0), at(5), at(10), at(20)]).toEqual([0, 500, 1000, 1500]);
});

it('sets with few slots are poured first, so the others go around them', () => {
  const slots = [slot(0, 'c4d'), slot(0)];
  const blocks = [[work({ jobs: 10, meanS: 100 }), work({ jobs: 10, meanS: 100, tags: 'c4d' })]];
  const { edges, sets } = forecast({ slots, blocks });
  const last = sets.map(({ tags, starts }) => [tags, starts[edges.indexOf(20)]]);
  expect(last).toEqual([
    ['c4d', 1000],
    ['', 1000],
  ]);
});

it('poured and placed jobs give about the same starts', () => {
  const slots = Array.from({ length: 7 }, (_, index) =>
    slot(index * 50, ...(index < 3 ? ['a'] : [])),
  );
  const jobs = Array.from({ length: 150 }, (_, index) =>
    work({ meanS: 100 + (index % 9) * 40, tags: index % 5 === 0 ? 'a' : '' }),
  );
  const placed = forecast({ slots, first: jobs });
  const poured = forecast({ slots, blocks: jobs.map((job) => [job]) });
  expect(poured.edges).toEqual(placed.edges);
  for (const tags of ['', 'a']) {
    const of = (found: typeof placed) => found.sets.find((set) => set.tags === tags)?.starts ?? [];
    for (const [index, start] of of(placed).entries())
      expect(Math.abs((of(poured)[index] ?? 0) - (start ?? 0))).toBeLessThan(420);
  }
});

it('a start is not known if over a third of the work ahead is of new templates', () => {
  const first = [work(), work({ isNew: true }), work({ isNew: true }), work(), work()];
  const starts = startsOf('', { slots: [slot(5)], first });
  expect(starts?.map((start) => start !== null)).toEqual([true, true, false, false, false, false]);
  const running = { slots: [slot(5)], runningS: 900, runningNewS: 400, first };
  expect(startsOf('', running)?.[0]).toBeNull();
  expect(startsOf('', { ...running, slots: [slot(5), slot(0)] })?.[0]).toBe(0);
});

it('a queue of a million jobs has few edges, and the last one is its length', () => {
  const blocks = Array.from({ length: 1000 }, () => [work({ jobs: 1000, meanS: 1 })]);
  const { edges, sets } = forecast({ slots: [slot(0), slot(0)], blocks });
  expect(edges.length).toBeLessThan(300);
  expect([edges.at(-1), sets[0]?.starts.at(-1)]).toEqual([1_000_000, 500_000]);
});
