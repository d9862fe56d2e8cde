/**
 * Callers that come while a call runs share its result, so anonymous requests cost the database one
 * call at a time. With `keepMs` they also share it for this time after its begin.
 */
export function shareCalls<Value>(call: () => Promise<Value>, keepMs = 0): () => Promise<Value> {
  let shared: Promise<Value> | null = null;
  let [isRunning, keptUntil] = [false, 0];
  return () => {
    if (shared !== null && (isRunning || performance.now() < keptUntil)) return shared;
    isRunning = true;
    keptUntil = performance.now() + keepMs;
    shared = call().finally(() => {
      isRunning = false;
    });
    return shared;
  };
}
