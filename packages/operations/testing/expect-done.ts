import type { Done, Result } from '../src/index.ts';

/**
 * Returns the facts of an operation that was done. If it was rejected, fails the test with the code
 * of the rejection.
 */
export function expectDone<Facts>(outcome: Result<Facts>): Done<Facts> {
  if (!outcome.ok) throw new Error(`rejected: ${outcome.rejection.code}`);
  return outcome;
}
