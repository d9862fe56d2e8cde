// @ts-check
/**
 * The clocks of a host, in ms:
 *
 * - `steady` stands still while the machine sleeps, on Linux and macOS.
 * - `boot` goes on meanwhile: CLOCK_BOOTTIME on Linux, GetTickCount64 on Windows, the time since
 *   `kern.boottime` on macOS. It has a resolution of 10 to 16 ms, on macOS of 1 s.
 * - `wall` may be set. A virtual machine that its hypervisor has paused may see nothing else of it.
 *
 * @typedef {{ steady: number, boot: number, wall: number }} Clocks
 */
import { uptime } from 'node:os';

/** Less of it is the resolution and the drift of the clocks. */
const LEAST_SLEEP_MS = 2000;

/** @returns {Clocks} */
export function readClocks() {
  return { steady: performance.now(), boot: uptime() * 1000, wall: Date.now() };
}

/**
 * The most that may have passed between two looks, by any clock. A clock that went back tells
 * nothing, so it may be any time.
 *
 * @param {Clocks} before
 * @param {Clocks} now
 */
export function mostPassedMs(before, now) {
  const passed = [now.steady - before.steady, now.boot - before.boot, now.wall - before.wall];
  return passed.every((ms) => ms >= 0) ? Math.max(...passed) : Number.POSITIVE_INFINITY;
}

/** How long the machine slept between two looks. @param {Clocks} before @param {Clocks} now */
export function sleptMs(before, now) {
  const slept = now.boot - before.boot - (now.steady - before.steady);
  return slept < LEAST_SLEEP_MS ? 0 : slept;
}

/**
 * A clock as fine as the steady one, which goes on while the machine sleeps. It never goes back: a
 * sleep that was seen stays, and is told anew only where it grew by more than the clocks differ.
 *
 * @param {() => Clocks} read
 * @returns {() => number}
 */
export function createNowMs(read) {
  const first = read();
  let slept = 0;
  return () => {
    const now = read();
    const seen = sleptMs(first, now);
    if (seen >= slept + LEAST_SLEEP_MS) slept = seen;
    return now.steady + slept;
  };
}

/** Of this process. */
export const nowMs = createNowMs(readClocks);
