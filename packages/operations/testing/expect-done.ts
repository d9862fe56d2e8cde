import type { Done, Outcome } from '../src/index.ts';

/** Gives what a use case did; fails the test with the rejection's code where a rule said no. */
export function expectDone<Facts>(outcome: Outcome<Facts>): Done<Facts> {
  if (!outcome.ok) throw new Error(`rejected: ${outcome.rejection.code}`);
  return outcome;
}
