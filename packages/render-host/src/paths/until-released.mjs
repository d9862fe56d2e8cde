// @ts-check
import { setTimeout as delay } from 'node:timers/promises';

/** The error codes of Windows for a rename or delete of a file that a program has open. */
const OPEN_ELSEWHERE = ['EBUSY', 'EPERM', 'EACCES'];
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/**
 * Does the work. On Windows it tries again while another program has a file open: a virus scanner,
 * an indexer, a player. The budget begins with the first refusal. When the budget is over, the last
 * refusal is thrown.
 *
 * @template T
 * @param {() => T | Promise<T>} work
 * @param {{ budgetMs?: number, platform?: string }} [options]
 * @returns {Promise<T>}
 */
export async function untilReleased(work, { budgetMs = 5000, platform = process.platform } = {}) {
  /** @type {number | null} */
  let until = null;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (cause) {
      if (platform !== 'win32' || !isOpenElsewhere(cause)) throw cause;
      const now = performance.now();
      until ??= now + budgetMs;
      if (now + pauseMs > until) throw cause;
    }
    await delay(pauseMs);
  }
}

/** @param {unknown} cause @returns {cause is NodeJS.ErrnoException} */
export function isOpenElsewhere(cause) {
  return cause instanceof Error && 'code' in cause && OPEN_ELSEWHERE.includes(String(cause.code));
}
