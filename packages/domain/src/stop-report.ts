/** How it is known that nothing of the tree runs. */
export const PROOFS = [
  'noProcess', // it never ran
  'kernel', // its container is empty
  'forkFree', // no process was created during an empty scan
  'repeated', // the scan stayed empty
  'rebooted', // the host has booted since
] as const;
export type Proof = (typeof PROOFS)[number];

/** The last signal before a process ended; `itself` where it ended before any. */
export const ENDED_BY = ['itself', 'SIGTERM', 'SIGKILL'] as const;
export type EndedBy = (typeof ENDED_BY)[number];

/** A process of the tree. `endedBy` and `endedAt` are null while it runs. */
export type EndedProcess = {
  readonly pid: number;
  readonly name: string;
  readonly parentPid: number;
  /** Null where its host could not read it. */
  readonly startedAt: string | null;
  readonly endedBy: EndedBy | null;
  readonly endedAt: string | null;
};
/** pid 0: of processes that could not be named or seen; its state says why. */
export type Survivor = { readonly pid: number; readonly name: string; readonly state: string };

/** What the host did to the processes, as the receipt needs it. */
export type StopReport = {
  readonly processes: readonly EndedProcess[];
  readonly proof: Proof | null;
  readonly survivors: readonly Survivor[];
  /**
   * From when the host began to end the processes to its proof that none is left, in ms, by the
   * host's own steady clock.
   */
  readonly timeToDeadMs: number | null;
  /** By the host's clock, as the times of the processes are; unset in reports of older versions. */
  readonly firstSignalAt?: string | null;
  /** When no process was left, by the database's clock; unset until the proof is saved. */
  readonly endedAt?: string;
};

/** Whether a report proves that nothing of the tree runs. Until then its slot stays taken. */
export function provesEnd({ proof, survivors }: StopReport): boolean {
  return proof !== null && survivors.length === 0;
}

/** The report as the host makes and stores it: with details that no receipt shows. */
export type HostStopReport = StopReport & {
  readonly firstSignalAt: string | null;
  /** When no process was left, by the host's clock. */
  readonly deadAt: string | null;
  /** Rounds of KILL. */
  readonly rounds: number;
};
