import type { ContainerRecord } from '@renderdeck/domain';

/** One attempt's container. */
export type Container = {
  record: ContainerRecord;
  /** Puts a process in; all it starts from then on is in too. */
  adopt(pid: number): void;
  /** The pids it holds, as the kernel tells it. */
  listPids(): ReadonlySet<number>;
  /** The kernel's word on whether anything of it still runs; null where the kernel cannot tell. */
  isEmpty(): boolean | null;
  /** KILL to everything in it at once, where that exists. */
  killAll(): void;
  /** Gives it back to the system; harmless when already done. */
  remove(): void;
};
