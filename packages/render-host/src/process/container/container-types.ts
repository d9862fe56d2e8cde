import type { ContainerRecord } from '@renderdeck/domain';

/** The kernel's figures of what a container's processes have used. Ended processes count too. */
export type Accounting = {
  /** For how long the container has existed, by the steady clock. */
  readonly sinceMs: number;
  readonly cpuMs: number;
  /** The number of processes that run now. */
  readonly processes: number;
  readonly memoryBytes: number;
  /** Bytes read by all processes but the launcher, from any source; null where not counted. */
  readonly bytesRead: number | null;
};

export type Container = {
  record: ContainerRecord;
  /** Puts a process into the container. Every process that it starts later is in it too. */
  adopt(pid: number): void;
  /** The pids in the container, according to the kernel. */
  listPids(): ReadonlySet<number>;
  /** Whether this process is outside of the container, as far as the kernel shows. */
  isOutside(pid: number): boolean;
  /**
   * The pids in all places into which a member could have moved, according to the kernel. They
   * include processes that no listing shows, and processes of other attempts.
   */
  listBeside(): readonly number[];
  /** Whether all processes of the container have ended, by the kernel; null when not known. */
  isEmpty(): boolean | null;
  /** Sends KILL to all processes of the container at once, where it can do that. */
  killAll(): void;
  /** Only where TERM does not exist: makes the launcher send its last lines, and waits for them. */
  askToFlush?: () => Promise<void>;
  /** What the container has used, where it counts that; null when the kernel does not say. */
  accounting?: () => Accounting | null;
  /** Deletes the container. A second call does nothing. */
  remove(): void;
};
