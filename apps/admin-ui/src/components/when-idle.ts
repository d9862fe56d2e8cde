/** The longest wait, in milliseconds. */
const WITHIN_MS = 1_000;

/**
 * Runs this when the browser has nothing else to do, so that what the user waits for is drawn
 * first. Returns a function that prevents it.
 */
export function whenIdle(run: () => void): () => void {
  // Safari cannot tell when it is idle.
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(run, WITHIN_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(run, { timeout: WITHIN_MS });
  return () => cancelIdleCallback(handle);
}
