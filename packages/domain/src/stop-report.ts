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

const ENDED_PROCESS = object({
  pid: INTEGER,
  name: TEXT,
  parentPid: INTEGER,
  /** Null where its host could not read it. */
  startedAt: nullable(TIME),
  endedBy: nullable(oneOf(ENDED_BY)),
  endedAt: nullable(TIME),
});
/** A process of the tree. `endedBy` and `endedAt` are null while it runs. */
export type EndedProcess = Of<typeof ENDED_PROCESS>;

const SURVIVOR = object({ pid: INTEGER, name: TEXT, state: TEXT });
/** pid 0: of processes that could not be named or seen; its state says why. */
export type Survivor = Of<typeof SURVIVOR>;

export const STOP_REPORT = object({
  processes: listOf(ENDED_PROCESS),
  proof: nullable(oneOf(PROOFS)),
  survivors: listOf(SURVIVOR),
  /**
   * From when the host began to end the processes to its proof that none is left, in ms, by the
   * host's own steady clock.
   */
  timeToDeadMs: nullable(NUMBER),
  /** By the host's clock, as the times of the processes are; unset in reports of older versions. */
  firstSignalAt: leftOut(TIME),
  /** When no process was left, by the database's clock; unset until the proof is saved. */
  endedAt: leftOut(TIME),
  /** When no process was left, by the host's clock, and its rounds of KILL. No receipt has them. */
  deadAt: leftOut(TIME),
  rounds: leftOut(INTEGER),
});
/** What the host did to the processes, as it is stored. */
export type StopReport = Of<typeof STOP_REPORT>;

/** Whether a report proves that nothing of the tree runs. Until then its slot stays taken. */
export function provesEnd({ proof, survivors }: StopReport): boolean {
  return proof !== null && survivors.length === 0;
}

/** The report as the host makes it: nothing is left out. */
export type HostStopReport = StopReport & {
  readonly firstSignalAt: string | null;
  readonly deadAt: string | null;
  readonly rounds: number;
};
