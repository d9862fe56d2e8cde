import { createCgroup, explainCgroup, openCgroup, sweepCgroups } from './cgroup.ts';
import { noContainer } from './none.ts';
import { canAdoptOrphans } from './subreaper.ts';

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

/** The strongest container this host allows, and a sentence for people that says why it is that one. */
export async function detectContainer(): Promise<{ kind: ContainerKind; detail: string }> {
  if (process.platform === 'darwin') {
    return { kind: 'none', detail: 'macOS has no container for processes: a tree is found by its marks and ended by repeated scans.' };
  }
  if (process.platform !== 'linux')
    throw new Error(`Renderdeck cannot hold processes on ${process.platform}: a render host runs Linux or macOS.`);
  const cgroup = explainCgroup();
  if (cgroup.ok) return { kind: 'cgroup', detail: `One cgroup per attempt, in ${cgroup.parent}.` };
  const adoption = canAdoptOrphans();
  if (adoption.ok) return { kind: 'subreaper', detail: `The launcher adopts orphans, because no cgroup can be used: ${cgroup.reason}` };
  return { kind: 'none', detail: `Scans only: ${cgroup.reason} ${adoption.reason}` };
}

/** A new, empty container for one attempt. */
export function createContainer(kind: ContainerKind, attempt: { attemptId: string; cookie: string }): Container {
  if (kind === 'jobObject') throw new Error('A Job Object exists on Windows only.');
  return kind === 'cgroup' ? createCgroup(attempt) : noContainer(kind);
}

/** Removes containers that hold nothing and that nobody removed; tells which. For the start of a daemon. */
export async function sweepContainers(): Promise<string[]> {
  return process.platform === 'linux' ? sweepCgroups() : [];
}

/** The container of a recorded tree, also where the daemon died before it could record it. */
export function openContainer(record: ContainerRecord | null, attempt: { attemptId: string; cookie: string }): Container {
  const kind = record?.kind ?? (process.platform === 'linux' && explainCgroup().ok ? 'cgroup' : 'none');
  if (kind === 'jobObject') throw new Error('A Job Object exists on Windows only.');
  return kind === 'cgroup' ? openCgroup(record?.path ?? null, attempt) : noContainer(kind);
}
