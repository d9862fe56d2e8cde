/** What can hold a whole tree: a cgroup v2, a launcher that adopts orphans, a Windows Job Object, or nothing. */
export type ContainerKind = 'cgroup' | 'subreaper' | 'jobObject' | 'none';

/** Where a tree is held; plain JSON, kept with the attempt. */
export type ContainerRecord = { kind: ContainerKind; path: string | null };

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
