/** The marks that every process of a tree carries in its environment. */
export const TREE_MARKER_VARIABLE = 'RENDERDECK_ATTEMPT_COOKIE';
export const OWNER_VARIABLE = 'RENDERDECK_OWNER';

/** What shows whether a known process is still the same and still runs. */
export type ProcessState = { startToken: string; state: string; threads: number };

export type SeenProcess = ProcessState & {
  pid: number;
  parentPid: number;
  groupId: number;
  /** Null where the platform does not tell. */
  sessionId: number | null;
  name: string;
  startedAt: string;
  /** The marks found in its environment; null also where it could not be read. */
  treeMarker: string | null;
  owner: string | null;
  /** The mark in its limits (`limit-mark.ts`); null where the platform has none. */
  limitMark: string | null;
};

export type Snapshot = {
  /** Newest pid first: the child of a program that forks meanwhile cannot slip past. */
  processes: SeenProcess[];
  /** How many processes the system created while the listing was taken: each of them may have been missed. */
  created: number;
  /** The newest pid when the listing began: while it grows no pid is used again. Null where the platform does not tell. */
  newestPid: number | null;
};

export type SnapshotOptions = {
  /** The start token of a tree's root: who is older cannot be of that tree, so its marks need not be read. */
  root?: string | undefined;
  /** Only these need be read, and ourselves with our ancestors: all that are living and fit, or those of a known few. */
  only?: ((pid: number) => boolean) | ReadonlySet<number> | undefined;
  /** Called with each process the moment it is read, where the platform allows. */
  onSeen?: ((process: SeenProcess) => void) | undefined;
};

/** One platform's way to see processes. A listing that fails throws: unknown is never empty. */
export type ProcessListing = {
  readBootId(): Promise<string>;
  takeSnapshot(options?: SnapshotOptions): Promise<Snapshot>;
  /** The present state of these pids; a pid without process is left out. */
  readStates(pids: readonly number[]): Promise<Map<number, ProcessState>>;
  /** How many processes are looked at together just before they are signalled: as few as one look is cheap. */
  pidsPerRead: number;
};

/** A zombie is dead only with at most one thread: another thread of it may still run. */
export function isAlive(state: ProcessState): boolean {
  if (state.state === 'X') return false;
  return state.state !== 'Z' || state.threads > 1;
}
