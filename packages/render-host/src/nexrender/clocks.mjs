// @ts-check
/**
 * The clocks of a host, in ms:
 *
 * - `steady` stands still while the machine sleeps (on Linux and macOS).
 * - `boot` goes on while the machine sleeps: CLOCK_BOOTTIME on Linux, GetTickCount64 on Windows,
 *   the time since `kern.boottime` on macOS. Its resolution is 10 to 16 ms, on macOS 1 s.
 * - `wall` can be set. When a hypervisor pauses a virtual machine, perhaps only this clock shows
 *   it.
 *
 * @typedef {{ steady: number, boot: number, wall: number }} Clocks
 */
import { uptime } from 'node:os';

/** A smaller difference comes from the resolution and the drift of the clocks. */
const LEAST_SLEEP_MS = 2000;

/** @returns {Clocks} */
export function readClocks() {
  return { steady: performance.now(), boot: uptime() * 1000, wall: Date.now() };
}

/**
 * The longest time that may have passed between two readings, by any clock. When a clock went back,
 * the result is infinite, because the true time is not known.
 *
 * @param {Clocks} before
 * @param {Clocks} now
 */
export function mostPassedMs(before, now) {
  const passed = [now.steady - before.steady, now.boot - before.boot, now.wall - before.wall];
  return passed.every((ms) => ms >= 0) ? Math.max(...passed) : Number.POSITIVE_INFINITY;
}

/** How long the machine slept between two readings. @param {Clocks} before @param {Clocks} now */
export function sleptMs(before, now) {
  const slept = now.boot - before.boot - (now.steady - before.steady);
  return slept < LEAST_SLEEP_MS ? 0 : slept;
}

/**
 * A clock that is as fine as `steady` and also goes on while the machine sleeps. It never goes
 * back: once it has counted a sleep, it counts only a growth that is larger than the drift of the
 * clocks.
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

/** The clock of this process. */
export const nowMs = createNowMs(readClocks);
