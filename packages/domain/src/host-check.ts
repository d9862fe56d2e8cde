import { listOf, nullable, type Of, object, TEXT, YES_OR_NO } from './shape.ts';

const HOST_CHECK = object({
  name: TEXT,
  /** Null where the host could not check it; the sentence says why. */
  ok: nullable(YES_OR_NO),
  /** What was found, for people. */
  sentence: TEXT,
});
/** One part of the check that a host makes of itself. */
export type HostCheck = Of<typeof HOST_CHECK>;
export const HOST_CHECKS = listOf(HOST_CHECK);

/** True when the host can render as far as it could check: no part of the check failed. */
export function didHold(checks: readonly HostCheck[]): boolean {
  return checks.every(({ ok }) => ok !== false);
}
