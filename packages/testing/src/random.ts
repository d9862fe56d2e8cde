/** The seed of the tests. It is fixed in short runs and in CI; a long run by hand has a new one. */
export const SEED = Number(process.env.RENDERDECK_TEST_SEED ?? 1);

/** Numbers that a seed determines, so that a run can be repeated. */
export type Random = {
  /** A whole number from `least` up to and including `most`. */
  between(least: number, most: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** True in this many of 100 cases. */
  chance(percent: number): boolean;
  /** Another row of numbers, which the same seed determines. */
  fork(): Random;
};

/** The generator is mulberry32, which is public domain. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    pick(values) {
      const value = values[between(0, values.length - 1)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
    chance: (percent) => next() * 100 < percent,
    fork: () => randomOf(between(0, 2 ** 31)),
  };
}
