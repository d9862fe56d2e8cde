/**
 * Runs a few looks at a disk at once. A share that does not answer blocks one thread of Node's pool
 * for each look, and the pool has four for the whole process: so at most two of them wait for
 * outputs, and a caller stops to wait when its signal aborts.
 */
export function createDiskTurns(most = 2) {
  let running = 0;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  /** Resolves when the caller has one of the turns. A turn that comes too late goes on. */
  const enter = async (cut: AbortSignal) => {
    if (running < most) {
      running += 1;
      return;
    }
    const turn = new Promise<void>((resolve) => waiting.push(resolve));
    await untilCut(turn, cut).catch((error: unknown) => {
      void turn.then(leave);
      throw error;
    });
  };
  return async <Result>(look: () => Promise<Result>, cut: AbortSignal): Promise<Result> => {
    cut.throwIfAborted();
    await enter(cut);
    return await untilCut(look().finally(leave), cut);
  };
}

/** Waits for the promise, or throws the reason of the signal. */
function untilCut<Result>(promise: Promise<Result>, cut: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(cut.reason);
    if (cut.aborted) end();
    cut.addEventListener('abort', end, { once: true });
    promise.then(resolve, reject).finally(() => cut.removeEventListener('abort', end));
  });
}
