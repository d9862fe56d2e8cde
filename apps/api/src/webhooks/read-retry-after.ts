const FOLLOWED: ReadonlySet<number> = new Set([429, 503]);

/**
 * How long an answer asks to wait, in ms: the header Retry-After of a 429 or 503, in seconds or as
 * a date. Null where it asks for nothing that can be read.
 */
export function readRetryAfter(
  status: number,
  header: string | undefined,
  nowMs: number,
): number | null {
  if (!FOLLOWED.has(status) || header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = / GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
