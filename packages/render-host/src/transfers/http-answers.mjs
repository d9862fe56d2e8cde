// @ts-check
/** What an answer of http says of another try. */

/** The answers after which another try may help. */
const PASSING = [408, 429, 500, 502, 503, 504];

/** @param {number} status */
export function mayPass(status) {
  return PASSING.includes(status);
}

/** The wait, from seconds or a time. @param {unknown} value */
export function readRetryAfter(value) {
  if (typeof value !== 'string') return null;
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}
