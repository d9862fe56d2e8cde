import type { ContainerRecord } from '@renderdeck/domain';

/** One attempt's container. */
export type Container = {
  record: ContainerRecord;
  /** Puts a process in. Each process that it starts later is in too. */
  adopt(pid: number): void;
  /** The pids it holds, according to the kernel. */
  listPids(): ReadonlySet<number>;
  /** Whether this process runs outside of it, as far as the kernel shows. */
  isOutside(pid: number): boolean;
  /** Whether all its processes have ended, according to the kernel; null where it does not know. */
  isEmpty(): boolean | null;
  /** Sends KILL to all its processes at once, where the container can do that. */
  killAll(): void;
  /** Asks the launcher to send its last lines; resolves when it has. Only where TERM does not. */
  askToFlush?: () => Promise<void>;
  /** Deletes the container; a second call does nothing. */
  remove(): void;
};
