/** Holds handlers back until a round lets so many of them through. */
export function createGate() {
  let left = 0;
  let finished = 0;
  const waiting: (() => void)[] = [];
  let onFinished: () => void = () => {};
  return {
    /** A handler waits here. */
    async pass(): Promise<void> {
      while (left === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      left -= 1;
    },
    /** A job has finished. */
    finish(): void {
      finished += 1;
      onFinished();
    },
    /** Lets so many handlers through and waits until as many jobs have finished. */
    async letThrough(count: number): Promise<void> {
      finished = 0;
      const all = new Promise<void>((resolve) => {
        onFinished = () => {
          if (finished === count) resolve();
        };
      });
      left = count;
      for (const resolve of waiting.splice(0)) resolve();
      await all;
    },
    /** Lets everything through from now on. */
    open(): void {
      left = Number.POSITIVE_INFINITY;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
