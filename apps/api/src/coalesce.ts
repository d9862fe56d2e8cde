/**
 * Returns a function that runs `work`, one run at a time. A call during a run starts one more run
 * after it. Errors go to `onError`.
 */
export function coalesce(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    running = true;
    do {
      again = false;
      await work().catch(onError);
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
