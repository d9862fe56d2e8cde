/** So many times a test runs again during which Wine crashed. */
export const MOST_REPEATS = 3;

const CRASHED =
  /^(wineserver64: .*Assertion .* failed|corrupted |malloc\(\): |free\(\): |double free)/m;

/**
 * Whether Wine itself crashed, by what a program of its machine has written: the server by an
 * assertion, or a process of it by a broken heap, which the C library of Linux reports.
 */
export function saysCrash(output: string): boolean {
  return CRASHED.test(output);
}
