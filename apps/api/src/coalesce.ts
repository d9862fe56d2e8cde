/**
 * Returns a function that runs `work`, one run at a time. A call during a run starts one more run
 * after it. Two runs begin at least `apartMs` after each other. Errors go to `onError`.
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
