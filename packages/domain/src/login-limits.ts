/*
 * How Renderdeck slows down the guessing of passwords. The guesses of one client never lock out
 * another client:
 *
 * 1. An address group has an allowance of tries for all names together. A second allowance, the
 *    reserve, is for names that signed in from there before, so guesses at other names do not use
 *    it up. Both together allow ten tries in any minute.
 * 2. A name at an address group is a pair. A pair waits longer after each wrong password.
 * 3. Tries with a name from address groups that the name never signed in from are guesses. Many
 *    guesses slow down every new address group: its first try waits some seconds, and each further
 *    try twice as long. The wait is fixed at the first try, so a guess from another address does
 *    not extend it.
 * 4. An address group that the user signed in from is known, and does not wait because of point 3.
 *
 * A successful sign-in is no try: it gives back what it took from the allowance.
 */
export type Allowance = { readonly atOnce: number; readonly everyMs: number };

export const LOGIN_LIMITS = {
  address: { atOnce: 4, everyMs: 30_000 },
  reserve: { atOnce: 2, everyMs: 30_000 },
  /**
   * How many tries a pair has before it waits. The next try waits a second, then twice as long each
   * time.
   */
  freeTries: 4,
  mostWaitMs: 300_000,
  mostKnownWaitMs: 60_000,
  /**
   * This many guesses at a name slow down new addresses by one second, twice as many by two
   * seconds.
   */
  guessesPerSecond: 10,
  mostFirstWaitMs: 8_000,
  /** Counts are forgotten if no try comes for this time. */
  keepMs: 15 * 60_000,
  /**
   * How long an address group stays known after a sign-in, and how many known groups a user has.
   */
  knownMs: 90 * 24 * 3_600_000,
  mostKnown: 20,
} as const satisfies Readonly<Record<string, number | Allowance>>;

/**
 * The time until which the allowance is used up after one more try, or how long that try must wait.
 */
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

/** The state of a pair after one more try, or how long that try must wait. `null`: a new pair. */
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
