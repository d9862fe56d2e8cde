const BATCH = 5000;

/** Calls `add` until so many jobs are added, with as many at once as it takes well. */
export async function inBatches(jobs: number, add: (jobs: number) => Promise<unknown>) {
  for (let left = jobs; left > 0; left -= BATCH) await add(Math.min(left, BATCH));
}
