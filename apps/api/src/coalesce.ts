/**
 * Gives a call that never runs twice at once. Called while it runs, it runs once more afterwards.
 * Its errors go to `onError`.
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
