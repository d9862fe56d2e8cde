import { callFailureOf } from '@renderdeck/client';

const RETRY_MS = 500;

/** Calls the API, again and again while it is away, until the deadline in ms since 1970. */
export async function whileAway<Result>(
  call: () => Promise<Result>,
  deadline = Number.POSITIVE_INFINITY,
): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const failure = callFailureOf(error);
      const isAway = failure?.kind !== 'refused' || failure.problem.code === 'unavailable';
      if (failure === null || !isAway || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
