import { listOf, nullable, type Of, object, TEXT, YES_OR_NO } from './shape.ts';

const HOST_CHECK = object({
  name: TEXT,
  /** Null if the host could not check this part; the sentence says why. */
  ok: nullable(YES_OR_NO),
  /** What was found, as a sentence for people. */
  sentence: TEXT,
});
/** The result of one part of the check that a host makes of itself. */
export type HostCheck = Of<typeof HOST_CHECK>;
export const HOST_CHECKS = listOf(HOST_CHECK);

/** True if no part of the check failed. A part that could not be checked did not fail. */
export function didHold(checks: readonly HostCheck[]): boolean {
  return checks.every(({ ok }) => ok !== false);
}
