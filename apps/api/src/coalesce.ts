/**
 * Returns a function that starts `work`. Only one run happens at a time: calls during a run start
 * one more run after it. At least `apartMs` pass between the starts of two runs. Errors go to
 * `onError`.
 */
export function coalesce(
  work: () => Promise<void>,
  onError: (error: unknown) => void,
  apartMs = 0,
): () => void {
  let running = false;
  let again = false;
  let beganAt = Number.NEGATIVE_INFINITY;
  const run = async () => {
    running = true;
    do {
      const restMs = beganAt + apartMs - performance.now();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs).unref());
      again = false;
      beganAt = performance.now();
      await work().catch(onError);
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
