/** How often and when a host gave one job back, and which checks of the host held. */
export type GivenBack = {
  readonly times: number;
  readonly lastAt: Date;
  /**
   * When the latest check that held began; and when the latest such check that an admin asked for
   * began.
   */
  readonly checkHeldAt: Date | null;
  readonly askedCheckHeldAt: Date | null;
};

/**
 * True while a host does not get a job that it gave back: until a check that began after the end of
 * the attempt holds. If the host gave the job back twice, only a check that an admin asked for ends
 * this. The SQL of the claim has the same rule.
 */
export function isKeptOff(given: GivenBack): boolean {
  const heldAt = given.times > 1 ? given.askedCheckHeldAt : given.checkHeldAt;
  return given.times > 0 && (heldAt === null || heldAt <= given.lastAt);
}

/**
 * A host that does not get the job now, how often the host gave it back, and why it last did: a
 * sentence that names the attempt and the host. Null if that is not known.
 */
export type KeptOff = {
  readonly host: string;
  readonly times: number;
  readonly why: string | null;
};

/** The warning on a job about a host that does not get it. */
export function warnOfKeptOff({ host, times, why }: KeptOff): string {
  if (times > 1) {
    const [who, and] = why === null ? [host, ' and'] : [`${why} It`, ', so it'];
    const until = "an admin's check of it holds";
    return `${who} gave the job back ${times} times${and} is left out until ${until}.`;
  }
  const left = 'is left out until its check of itself holds.';
  return why === null ? `${host} gave the job back and ${left}` : `${why} ${host} ${left}`;
}

/** The warning on a job that every known host gave back. */
export const NO_HOST_LEFT =
  'No known host may render this job: each one that offers its tags gave it back. The job waits.';
