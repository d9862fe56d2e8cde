/** Random numbers that a seed determines. */
export type Random = {
  /** From 0 to 1. */
  next(): number;
  /** A number of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** One of these. */
  pick<Value>(values: readonly Value[]): Value | undefined;
};

/** The generator mulberry32, which is small and good enough for a simulation. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (values) => values[Math.floor(next() * values.length)],
  };
}
