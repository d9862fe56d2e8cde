/** Returns the value below which this share of the samples lies. With 0.5 this is the median. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(samples: readonly number[] = []): number {
  return quantile(samples, 0.5);
}

/** Measures the time of the work, in ms. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Runs the action `times` times with `clients` clients at once. Returns the actions per second. */
export async function rate(
  times: number,
  clients: number,
  action: () => Promise<unknown>,
): Promise<number> {
  let left = times;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await action();
    }
  };
  const tookMs = await time(() => Promise.all(Array.from({ length: clients }, client)));
  return (times * 1000) / tookMs;
}
