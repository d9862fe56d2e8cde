import type { Done, Result } from '../src/index.ts';

/** Returns what a use case did. Fails the test with the rejection's code if it was rejected. */
export function expectDone<Facts>(outcome: Result<Facts>): Done<Facts> {
  if (!outcome.ok) throw new Error(`rejected: ${outcome.rejection.code}`);
  return outcome;
}
