/*
 * Calls that are made while earlier ones run go to the database together.
 *
 * 1. A call starts a run at once, with the calls that wait, while fewer than MOST_RUNS are under
 *    way. So a call that comes alone waits for nobody.
 * 2. A call never joins a run that has begun, so it reads nothing older than itself.
 * 3. A run that throws throws for each of its calls.
 *
 * The time of one statement and of one commit is then shared by all that wait for it.
 */
import DataLoader from 'dataloader';

/** The database's other connections stay free. */
const MOST_RUNS = 2;
/** A longer run would let its first call wait for its last. */
const MOST_CALLS = 50;

/**
 * Returns a function that gives what `run` gives for its call, and throws where that is an error.
 * `run` keeps the order of the calls.
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
    // The loader adds the first call after this.
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
