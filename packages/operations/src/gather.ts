/*
 * Calls that come while earlier calls run go to the database together.
 *
 * 1. If fewer than MOST_RUNS runs are active, a call starts a run at once, with all calls that
 *    wait. So a single call waits for nothing.
 * 2. A call never joins a run that has begun, so it never reads anything older than itself.
 * 3. A run that throws throws for each of its calls.
 *
 * So all calls of a run share the time of one statement and of one commit.
 */
import DataLoader from 'dataloader';

/** The other connections to the database stay free. */
const MOST_RUNS = 2;
/** In a longer run the first call would wait too long for the last one. */
const MOST_CALLS = 50;

/**
 * Returns a function that gives for each call the result of `run` for that call; if the result is
 * an error, the function throws it. `run` keeps the order of the calls.
 */
export function gather<Call, Result>(
  run: (calls: readonly Call[]) => Promise<readonly (Result | Error)[]>,
): (call: Call) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  const startNext = () => {
    if (running >= MOST_RUNS) return;
    const start = waiting.shift();
    if (start === undefined) return;
    running += 1;
    // The loader adds the first call only after this tick.
    process.nextTick(start);
  };
  const loader = new DataLoader<Call, Result>(
    async (calls) => {
      try {
        return await run(calls);
      } finally {
        running -= 1;
        startNext();
      }
    },
    {
      cache: false,
      maxBatchSize: MOST_CALLS,
      batchScheduleFn(start) {
        waiting.push(start);
        startNext();
      },
    },
  );
  return (call) => loader.load(call);
}
