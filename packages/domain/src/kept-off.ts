/** What a host gave back of one job, and which of its checks held. */
export type GivenBack = {
  readonly times: number;
  readonly lastAt: Date;
  /** When the latest check began that held; and the latest of these that an admin asked for. */
  readonly checkHeldAt: Date | null;
  readonly askedCheckHeldAt: Date | null;
};

/**
 * True while a job stays off the host that gave it back: until a check holds that began after that
 * attempt ended. Where the host gave it back twice, only a check lifts it that an admin asked for.
 * The claim has the same rule as SQL.
 */
export function isKeptOff(given: GivenBack): boolean {
  const heldAt = given.times > 1 ? given.askedCheckHeldAt : given.checkHeldAt;
  return given.times > 0 && (heldAt === null || heldAt <= given.lastAt);
}

/** A host that a job is kept off, and how often the host gave it back. */
export type KeptOff = { readonly host: string; readonly times: number };

/** What a job says of a host that it is kept off. */
export function warnOfKeptOff({ host, times }: KeptOff): string {
  return times > 1
    ? `${host} gave the job back ${times} times and is left out until an admin's check of it holds.`
    : `${host} gave the job back and is left out until its check of itself holds.`;
}
