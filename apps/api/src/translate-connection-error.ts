import { refuse } from '@renderdeck/contract';
import { databaseCondition } from '@renderdeck/store/connect';
import type { TRPCError } from '@trpc/server';

const RETRY_AFTER_S = 5;

/**
 * Returns `unavailable` if the error is a condition of the database. Returns `outcome_unknown` if a
 * write had begun (`hasBegun`) and may have been committed. Returns any other error unchanged.
 */
export function translateConnectionError(error: unknown, hasBegun = false): unknown {
  const condition = databaseCondition(error);
  if (condition === null) return error;
  const { problem, retryAfterSeconds, nothingDone } = condition;
  return hasBegun && !nothingDone
    ? outcomeUnknown()
    : refuse('unavailable', `The database ${problem}; try again shortly.`, { retryAfterSeconds });
}

/** The error for a change that was made, or may have been made, but has no answer. */
function outcomeUnknown(): TRPCError {
  return refuse('outcome_unknown', undefined, { retryAfterSeconds: RETRY_AFTER_S });
}

/** True if the error is a condition of the database and not a bug in this program. */
export function isDatabaseCondition(error: unknown): boolean {
  return databaseCondition(error) !== null;
}

/**
 * Reads what a change has made. If the database is away by then, it refuses with `outcome_unknown`
 * and never with `unavailable`: after `unavailable` a client would make the change a second time.
 */
export async function readAfterChange<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw isDatabaseCondition(error) ? outcomeUnknown() : error;
  }
}
