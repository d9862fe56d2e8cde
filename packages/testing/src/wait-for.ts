import { setTimeout } from 'node:timers/promises';

type NotYet = null | undefined | false;

/** What the probe gives once it gives something; past the deadline an error that says what was waited for and what the probe said last. */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: { withinMs?: number; everyMs?: number; what?: string } = {},
): Promise<Exclude<T, NotYet>> {
  const { withinMs = 10_000, everyMs = 20, what = String(probe) } = options;
  const deadline = performance.now() + withinMs;
  for (let cause: unknown; ; ) {
    try {
      const seen = await probe();
      if (isThere(seen)) return seen;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline)
      throw new Error(`Waited ${withinMs} ms in vain for: ${what}`, { cause });
    await setTimeout(everyMs);
  }
}

function isThere<T>(seen: T): seen is Exclude<T, NotYet> {
  return seen !== null && seen !== undefined && seen !== false;
}
