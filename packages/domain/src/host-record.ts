/** What a host remembers of its renders, to know whether it can render. It survives a restart. */
export type HostRecord = {
  /** How many renders in a row failed before their first frame for an unclear cause. */
  readonly unclear: number;
  /** How often the host paused since a frame was rendered or an admin's check held. */
  readonly pauses: number;
  /** Why the host takes no job until its check holds, as a sentence; null if it takes jobs. */
  readonly problem: string | null;
};

export const NEW_RECORD: HostRecord = { unclear: 0, pauses: 0, problem: null };

const MINUTE_MS = 60_000;
const PAUSES_MS = [1, 2, 5, 10, 20].map((minutes) => minutes * MINUTE_MS);
const LONGEST_PAUSE_MS = 30 * MINUTE_MS;
const UNCLEAR_IN_A_ROW = 3;

/** How long a paused host waits before it checks itself again. */
export function pauseMs({ pauses }: HostRecord): number {
  return PAUSES_MS[Math.max(0, pauses - 1)] ?? LONGEST_PAUSE_MS;
}

/** True if the host must check itself before it claims a job or reports a failure. */
export function mustCheck({ unclear }: HostRecord): boolean {
  return unclear >= UNCLEAR_IN_A_ROW;
}

export function afterUnclearFailure(record: HostRecord): HostRecord {
  return { ...record, unclear: record.unclear + 1 };
}

/**
 * A host failure pauses the host. A second host failure during the pause does not make it longer.
 */
export function afterHostFailure(record: HostRecord, problem: string): HostRecord {
  return record.problem === null ? pause(record, problem) : record;
}

/** A render showed its first frame or completed. This does not end a pause; only a check does. */
export function afterFrame(record: HostRecord): HostRecord {
  return { ...record, unclear: 0, pauses: record.problem === null ? 0 : record.pauses };
}

/**
 * `problem`: what the check found; null if it held. A check that holds ends the pause. It also
 * resets `unclear`, because the renders that failed before it were faulty jobs.
 */
export function afterCheck(
  record: HostRecord,
  { problem, isAsked }: { readonly problem: string | null; readonly isAsked: boolean },
): HostRecord {
  if (problem !== null) return pause(record, problem);
  return { unclear: 0, pauses: isAsked ? 0 : record.pauses, problem: null };
}

function pause(record: HostRecord, problem: string): HostRecord {
  return { ...record, pauses: record.pauses + 1, problem };
}
