import type { ContainerRecord } from '@renderdeck/domain';

/** What the processes of a container have used, by the kernel. Ended ones count too. */
export type Accounting = {
  /** How long the container exists, by a steady clock. */
  readonly sinceMs: number;
  readonly cpuMs: number;
  /** Of the processes that run now. */
  readonly processes: number;
  readonly memoryBytes: number;
  /** By all but the launcher, from anywhere; null where the system does not count. */
  readonly bytesRead: number | null;
};

/** One attempt's container. */
export type Container = {
  record: ContainerRecord;
  /** Puts a process in. Each process that it starts later is in too. */
  adopt(pid: number): void;
  /** The pids it holds, according to the kernel. */
  listPids(): ReadonlySet<number>;
  /** Whether this process runs outside of it, as far as the kernel shows. */
  isOutside(pid: number): boolean;
  /**
   * The pids where a member could have moved to, according to the kernel: also of those that no
   * listing shows, and of other attempts.
   */
  listBeside(): readonly number[];
  /** Whether all its processes have ended, according to the kernel; null where it does not know. */
  isEmpty(): boolean | null;
  /** Sends KILL to all its processes at once, where the container can do that. */
  killAll(): void;
  /** Asks the launcher to send its last lines; resolves when it has. Only where TERM does not. */
  askToFlush?: () => Promise<void>;
  /** What it has used; null where the kernel does not tell. Only where it keeps the accounts. */
  accounting?: () => Accounting | null;
  /** Deletes the container; a second call does nothing. */
  remove(): void;
};
