/** One part of the check that a host makes of itself. */
export type HostCheck = {
  readonly name: string;
  /** Null where the host could not check it; the sentence says why. */
  readonly ok: boolean | null;
  /** What was found, for people. */
  readonly sentence: string;
};

/** True when the host can render as far as it could check: no part of the check failed. */
export function didHold(checks: readonly HostCheck[]): boolean {
  return checks.every(({ ok }) => ok !== false);
}
