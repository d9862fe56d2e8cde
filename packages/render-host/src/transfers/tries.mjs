// @ts-check
/**
 * Repeats a transfer, in at most three tries.
 *
 * - Another try follows a failure that may pass (TransferFailed with `isPassing`). Any other
 *   failure is final.
 * - It waits 1 s before the second try and 4 s before the third, or as long as the server asks, but
 *   at most 60 s.
 * - The failure tells the first answer.
 * - No time limit is here: the daemon ends a render that moves nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { TransferFailed } from './transfer-failed.mjs';

const WAITS_MS = [1000, 4000];
const LONGEST_WAIT_MS = 60_000;

/**
 * Throws a TransferFailed, the reason of the signal, or what else a try throws.
 *
 * @template T
 * @param {() => Promise<T>} tryOnce
 * @param {{ signal: AbortSignal, onRetry: (sentence: string) => void }} how
 * @returns {Promise<T>}
 */
export async function withTries(tryOnce, { signal, onRetry }) {
  let first = '';
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryOnce();
    } catch (cause) {
      if (!(cause instanceof TransferFailed)) throw cause;
      const { message, isPassing, isMaybe, waitMs } = cause;
      first ||= message;
      const pauseMs = WAITS_MS[tries - 1];
      if (!isPassing || pauseMs === undefined)
        throw new TransferFailed(writeEnd(first, isPassing ? first : message, tries), { isMaybe });
      const nextMs = Math.min(waitMs ?? pauseMs, LONGEST_WAIT_MS);
      const asked = waitMs === null ? '' : ', as Retry-After asks';
      const left = `try ${tries + 1} of ${WAITS_MS.length + 1} in ${nextMs / 1000} s${asked}`;
      onRetry(`${message}; ${left}.`);
      await delay(nextMs, undefined, { signal });
    }
  }
}

/** @param {string} first @param {string} last @param {number} tries */
function writeEnd(first, last, tries) {
  if (tries === 1) return first;
  return `${first} (${tries} tries${last === first ? '' : `; the last: ${last}`})`;
}
