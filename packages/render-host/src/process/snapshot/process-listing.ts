/** The marks that every process of a tree carries in its environment. */
export const TREE_MARKER_VARIABLE = 'RENDERDECK_TREE_MARKER';
export const OWNER_VARIABLE = 'RENDERDECK_OWNER';

/** Stands for the start of a living process that we may not read, or could not. */
export const UNKNOWN_TOKEN = 'unknown';

/** Of a process whose name could not be read. */
export const UNKNOWN_NAME = 'unknown';
/** Of a process that lives and that we may not read. */
export const UNKNOWN_STATE = 'unknown';

/** Shows whether a known process is still the same one and still runs. */
export type ProcessState = { startToken: string; state: string; threads: number };

export type SeenProcess = ProcessState & {
  pid: number;
  parentPid: number;
  groupId: number;
  /** Null where the platform does not show it. */
  sessionId: number | null;
  name: string;
  /** Null where it could not be read. */
  startedAt: string | null;
  /** The marks in its environment; null also if the environment could not be read. */
  treeMarker: string | null;
  owner: string | null;
  /** The mark in its limits (`limit-mark.ts`); null where the platform has none. */
  limitMark: string | null;
  /** The group of its user (`render-user.ts`); null where it was not read. */
  userGroup: number | null;
  /**
   * The start token of the process that forked it, also when that has ended; left out where the
   * platform does not show it.
   */
  forkedBy?: string;
  /**
   * It is of this worker's user, and neither its environment nor a mark in its limits can be read:
   * it may belong to any tree. Left out where the marks were read.
   */
  isUnjudged?: true;
};

export type Snapshot = {
  /** Newest pid first: so the child of a program that forks during the scan is not missed. */
  processes: SeenProcess[];
  /** How many processes the system created during the listing. It may have missed each of them. */
  created: number;
  /**
   * The newest pid when the listing began; null where the platform does not show it. While it
   * grows, no pid is reused.
   */
  newestPid: number | null;
  /** Why a living process may be missing, as a sentence; null where all are here. */
  hidden: string | null;
};

export type SnapshotOptions = {
  /**
   * The start token of a tree's root. An older process cannot belong to that tree, so its marks are
   * not read.
   */
  root?: string | undefined;
  /** Limits the listing to these pids, and to this process with its ancestors. */
  only?: ((pid: number) => boolean) | ReadonlySet<number> | undefined;
  /**
   * Pids that had a process. Where the listing is hidden, one that is taken and cannot be read is
   * given with UNKNOWN_TOKEN: it may be that process.
   */
  known?: readonly number[] | undefined;
  /** Called with each process as soon as it is read, where the platform allows that. */
  onSeen?: ((process: SeenProcess) => void) | undefined;
};

/** How one platform lists processes. A listing that fails throws: it never looks empty. */
export type ProcessListing = {
  readBootId(): Promise<string>;
  takeSnapshot(options?: SnapshotOptions): Promise<Snapshot>;
  /** The current state of these pids, without the pids that have no process. */
  readStates(pids: readonly number[]): Promise<Map<number, ProcessState>>;
  /** How many processes one read checks just before they are signalled: 1 where a read is cheap. */
  pidsPerRead: number;
};

/** A zombie with a second thread is alive: that thread may still run. */
export function isAlive(state: ProcessState): boolean {
  if (state.state === 'X') return false;
  return state.state !== 'Z' || state.threads > 1;
}

/** The first of these pids that has a process which may not be read; null where none has. */
export async function findUnread(
  listing: Pick<ProcessListing, 'readStates'>,
  pids: readonly number[],
): Promise<number | null> {
  // 0 stands for processes of another PID namespace.
  const states = await listing.readStates(pids.filter((pid) => pid !== 0));
  for (const [pid, { startToken }] of states) if (startToken === UNKNOWN_TOKEN) return pid;
  return null;
}
