/*
 * How guessing of passwords is slowed down, without keeping anybody out by the guesses of others:
 *
 * 1. An address group has an allowance of tries over all names. A second one, the reserve, is for
 *    names that signed in from there before, so guesses at other names leave it alone. Both
 *    together are ten tries in any minute.
 * 2. A name at an address group is a pair. A pair waits longer after each wrong password.
 * 3. Tries with a name from address groups that it never signed in from are guesses. Many guesses
 *    slow down every new address group: its first try waits some seconds, and each further one
 *    twice as long. The wait is fixed at the first try, so no guess of another address extends it.
 * 4. An address group that the user signed in from is known, and does not wait for point 3.
 *
 * A good sign-in is no try: what it took is given back.
 */
export type Allowance = { readonly atOnce: number; readonly everyMs: number };

export const LOGIN_LIMITS = {
  address: { atOnce: 4, everyMs: 30_000 },
  reserve: { atOnce: 2, everyMs: 30_000 },
  /** Tries of a pair before it waits. The next one waits a second, then twice as long. */
  freeTries: 4,
  mostWaitMs: 300_000,
  mostKnownWaitMs: 60_000,
  /** So many guesses at a name slow down new addresses by a second, twice as many by two. */
  guessesPerSecond: 10,
  mostFirstWaitMs: 8_000,
  /** Counts are forgotten after this time without a try. */
  keepMs: 15 * 60_000,
  /** An address group is known for this time after a sign-in, for so many groups of a user. */
  knownMs: 90 * 24 * 3_600_000,
  mostKnown: 20,
} as const satisfies Readonly<Record<string, number | Allowance>>;

/** The end of what was taken from an allowance after one more try, or how long that try waits. */
export function takeFrom(
  { atOnce, everyMs }: Allowance,
  takenUntil: number,
  now: number,
): { readonly waitMs: number; readonly takenUntil: number } {
  const waitMs = Math.max(0, takenUntil - (atOnce - 1) * everyMs - now);
  return { waitMs, takenUntil: waitMs > 0 ? takenUntil : Math.max(takenUntil, now) + everyMs };
}

export type Pair = { readonly tries: number; readonly nextAt: number };
export type Pressure = { readonly guesses: number; readonly isKnown: boolean };

/** How a pair stands after one more try, or how long that try waits. `null`: a new pair. */
export function tryPair(
  before: Pair | null,
  pressure: Pressure,
  now: number,
): { readonly waitMs: number; readonly pair: Pair } {
  const pair = before ?? { tries: 0, nextAt: now + waitAfter(0, pressure) };
  const waitMs = pair.nextAt - now;
  if (waitMs > 0) return { waitMs, pair };
  const tries = pair.tries + 1;
  return { waitMs: 0, pair: { tries, nextAt: now + waitAfter(tries, pressure) } };
}

function waitAfter(tries: number, { guesses, isKnown }: Pressure): number {
  const { freeTries, guessesPerSecond, mostFirstWaitMs } = LOGIN_LIMITS;
  const own = tries < freeTries ? 0 : 1000 * 2 ** (tries - freeTries);
  const first = Math.min(mostFirstWaitMs, 1000 * Math.floor(guesses / guessesPerSecond));
  if (isKnown) return Math.min(own, LOGIN_LIMITS.mostKnownWaitMs);
  return Math.min(Math.max(own, first * 2 ** tries), LOGIN_LIMITS.mostWaitMs);
}
