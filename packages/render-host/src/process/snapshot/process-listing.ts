/** The environment of every process of a tree contains these marks. */
export const TREE_MARKER_VARIABLE = 'RENDERDECK_TREE_MARKER';
export const OWNER_VARIABLE = 'RENDERDECK_OWNER';

/** Stands for the unknown start of a living process that we may not or could not read. */
export const UNKNOWN_TOKEN = 'unknown';

/** The name of a process whose name could not be read. */
export const UNKNOWN_NAME = 'unknown';
/** The state of a process that lives and that we may not read. */
export const UNKNOWN_STATE = 'unknown';

/** Shows whether a known process is still that process and still runs. */
export type ProcessState = { startToken: string; state: string; threads: number };

export type SeenProcess = ProcessState & {
  pid: number;
  parentPid: number;
  groupId: number;
  /** Null where the platform does not show the session. */
  sessionId: number | null;
  name: string;
  /** Null when the start time could not be read. */
  startedAt: string | null;
  /** The tree marker in its environment; null also when the environment could not be read. */
  treeMarker: string | null;
  owner: string | null;
  /** The mark in its limits (`limit-mark.ts`); null where the platform has no such limits. */
  limitMark: string | null;
  /** The group of its user (`render-user.ts`); null when it was not read. */
  userGroup: number | null;
  /**
   * The start token of the process that forked this one, even if that process has ended. Left out
   * where the platform does not show it.
   */
  forkedBy?: string;
  /**
   * The process belongs to this worker's user, and neither its environment nor its limits can be
   * read: it may belong to any tree. Left out when the marks were read.
   */
  isUnjudged?: true;
};

export type Snapshot = {
  /** Newest pid first, so that the scan does not miss a child that is forked meanwhile. */
  processes: SeenProcess[];
  /** How many processes the system created during the listing. The listing may lack any of them. */
  created: number;
  /**
   * The newest pid when the listing began; null where the platform does not show it. As long as it
   * grows, no pid is reused.
   */
  newestPid: number | null;
  /** Why the listing may lack a living process, as a sentence; null when it has all. */
  hidden: string | null;
};

export type SnapshotOptions = {
  /**
   * The start token of a tree's root. An older process cannot belong to that tree, so the listing
   * does not read its marks.
   */
  root?: string | undefined;
  /** Limits the listing to these pids, and to this process and its ancestors. */
  only?: ((pid: number) => boolean) | ReadonlySet<number> | undefined;
  /**
   * Pids that once had a process. When processes may be hidden, a pid that is in use and cannot be
   * read is listed with UNKNOWN_TOKEN: it may be the known process.
   */
  known?: readonly number[] | undefined;
  /** Called with each process as soon as it is read, where the platform allows that. */
  onSeen?: ((process: SeenProcess) => void) | undefined;
};

/** How one platform lists processes. A failed listing throws, and never looks like an empty one. */
export type ProcessListing = {
  readBootId(): Promise<string>;
  takeSnapshot(options?: SnapshotOptions): Promise<Snapshot>;
  /** The present state of these pids. A pid without a process is left out. */
  readStates(pids: readonly number[]): Promise<Map<number, ProcessState>>;
  /** How many processes one read checks just before a signal: 1 where a read costs little. */
  pidsPerRead: number;
};

/** Whether a process is alive. A zombie with a second thread is: that thread may still run. */
export function isAlive(state: ProcessState): boolean {
  if (state.state === 'X') return false;
  return state.state !== 'Z' || state.threads > 1;
}

/** The first of these pids whose process may not be read; null when there is none. */
export async function findUnread(
  listing: Pick<ProcessListing, 'readStates'>,
  pids: readonly number[],
): Promise<number | null> {
  // 0 stands for a process of another PID namespace.
  const states = await listing.readStates(pids.filter((pid) => pid !== 0));
  for (const [pid, { startToken }] of states) if (startToken === UNKNOWN_TOKEN) return pid;
  return null;
}
