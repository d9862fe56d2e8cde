/** A call that never runs twice at once: asked for while it runs, it runs once more afterwards. Its errors go to `onTrouble`. */
export function once(work: () => Promise<void>, onTrouble: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    running = true;
    do {
      again = false;
      await work().catch(onTrouble);
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
