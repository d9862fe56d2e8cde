import { isDatabaseCondition, outcomeUnknown } from '../translate-connection-error.ts';

/**
 * Reads what a change has made. Where the database is away by then, it refuses as
 * `outcome_unknown`, never as `unavailable`: a client that tries again would do it twice.
 */
export async function readAfterChange<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw isDatabaseCondition(error) ? outcomeUnknown() : error;
  }
}
