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
  readonly startedAt: string;
  readonly endedBy: EndedBy | null;
  readonly endedAt: string | null;
};
export type Survivor = { readonly pid: number; readonly name: string; readonly state: string };

/** What the host did to the processes, as the receipt needs it. */
export type StopReport = {
  readonly processes: readonly EndedProcess[];
  readonly proof: Proof | null;
  readonly survivors: readonly Survivor[];
  readonly timeToDeadMs: number | null;
};

/** The report as the host makes and stores it: with details that no receipt shows. */
export type HostStopReport = StopReport & {
  readonly firstSignalAt: string | null;
  readonly deadAt: string | null;
  /** Rounds of KILL. */
  readonly rounds: number;
};
