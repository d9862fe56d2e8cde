import { setTimeout } from 'node:timers/promises';

type NotYet = null | undefined | false;

/** The pause between two calls grows to a tenth of the wait, within these limits. */
const PAUSE_MS = { least: 20, most: 300 } as const;

/**
 * Calls the probe until it returns a value, and returns that value. If the probe throws, it is
 * called again. After the deadline, throws an error with `what` and the probe's last error.
 * `everyMs` sets the pause between two calls, for what is seen only for a short time.
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: { withinMs?: number; everyMs?: number; what?: string } = {},
): Promise<Exclude<T, NotYet>> {
  const { withinMs = 60_000, everyMs, what = String(probe) } = options;
  const startedAt = performance.now();
  for (let cause: unknown; ; ) {
    try {
      const value = await probe();
      if (isThere(value)) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > withinMs)
      throw new Error(`Waited ${withinMs} ms in vain for: ${what}`, { cause });
    const { least, most } = PAUSE_MS;
    await setTimeout(everyMs ?? Math.min(most, Math.max(least, waitedMs / 10)));
  }
}

function isThere<T>(value: T): value is Exclude<T, NotYet> {
  return value !== null && value !== undefined && value !== false;
}
