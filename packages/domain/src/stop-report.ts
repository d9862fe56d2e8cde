import {
  INTEGER,
  leftOut,
  listOf,
  NUMBER,
  nullable,
  type Of,
  object,
  oneOf,
  TEXT,
  TIME,
} from './shape.ts';

/** How the host knows that no process of the tree runs. */
export const PROOFS = [
  'noProcess', // no process was ever started
  'kernel', // the kernel says that the container is empty
  'forkFree', // a scan found nothing, and no process was created during the scan
  'repeated', // several scans found nothing
  'rebooted', // the host has booted since
] as const;
export type Proof = (typeof PROOFS)[number];

/** The last signal before a process ended; `itself` if the process ended before any signal. */
export const ENDED_BY = ['itself', 'SIGTERM', 'SIGKILL'] as const;

const ENDED_PROCESS = object({
  pid: INTEGER,
  name: TEXT,
  parentPid: INTEGER,
  /** Null if the host could not read it. */
  startedAt: nullable(TIME),
  endedBy: nullable(oneOf(ENDED_BY)),
  endedAt: nullable(TIME),
});
/** A process of the tree. `endedBy` and `endedAt` are null while the process runs. */
export type EndedProcess = Of<typeof ENDED_PROCESS>;

const SURVIVOR = object({ pid: INTEGER, name: TEXT, state: TEXT });
/** pid 0 stands for processes that could not be named or seen; the state says why. */
export type Survivor = Of<typeof SURVIVOR>;

export const STOP_REPORT = object({
  processes: listOf(ENDED_PROCESS),
  proof: nullable(oneOf(PROOFS)),
  survivors: listOf(SURVIVOR),
  /**
   * From the first step of the host to end the processes until its proof that none is left, in ms,
   * by the host's own steady clock.
   */
  timeToDeadMs: nullable(NUMBER),
  /** By the host's clock, like the times of the processes; missing in reports of older versions. */
  firstSignalAt: leftOut(TIME),
  /** When no process was left, by the database's clock; missing until the proof is saved. */
  endedAt: leftOut(TIME),
  /**
   * When no process was left, by the host's clock, and the rounds of KILL. Receipts do not show
   * them.
   */
  deadAt: leftOut(TIME),
  rounds: leftOut(INTEGER),
});
/** What the host did to the processes, in the form that is stored. */
export type StopReport = Of<typeof STOP_REPORT>;

/**
 * Whether a report proves that no process of the tree runs. Until such a report the slot stays
 * taken.
 */
export function provesEnd({ proof, survivors }: StopReport): boolean {
  return proof !== null && survivors.length === 0;
}

/** The report as the host makes it: no field is left out. */
export type HostStopReport = StopReport & {
  readonly firstSignalAt: string | null;
  readonly deadAt: string | null;
  readonly rounds: number;
};
