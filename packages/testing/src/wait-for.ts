import { setTimeout } from 'node:timers/promises';

type NotYet = null | undefined | false;

/**
 * Calls the probe until it returns a value, and returns that value. If the probe throws, it is
 * called again. After the deadline, throws an error with `what` and the probe's last error.
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: { withinMs?: number; everyMs?: number; what?: string } = {},
): Promise<Exclude<T, NotYet>> {
  const { withinMs = 30_000, everyMs = 20, what = String(probe) } = options;
  const deadline = performance.now() + withinMs;
  for (let cause: unknown; ; ) {
    try {
      const value = await probe();
      if (isThere(value)) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline)
      throw new Error(`Waited ${withinMs} ms in vain for: ${what}`, { cause });
    await setTimeout(everyMs);
  }
}

function isThere<T>(value: T): value is Exclude<T, NotYet> {
  return value !== null && value !== undefined && value !== false;
}
