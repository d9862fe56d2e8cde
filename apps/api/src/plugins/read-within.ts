import { setTimeout as delay } from 'node:timers/promises';

/** A database that takes longer counts as away, so no health check waits until its own limit. */
export const READ_WITHIN_MS = 3000;

/** Rejects when the answer takes longer. */
export async function within<Value>(ms: number, answer: Promise<Value>): Promise<Value> {
  const answered = new AbortController();
  const tooLate = delay(ms, null, { signal: answered.signal }).then(() => {
    throw new Error(`The database did not answer within ${ms} ms.`);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    answered.abort();
    tooLate.catch(() => undefined);
  }
}
