import type { TreeRecord } from '@renderdeck/domain';
import type { Container } from './container/container.ts';
import type {
  ProcessListing,
  SeenProcess,
  Snapshot,
  SnapshotOptions,
} from './snapshot/process-listing.ts';
import type { StopHistory } from './stop-history.ts';

/** Lists all processes. Calls `onSeen` with each process as soon as it is read. */
export type ListProcesses = (onSeen?: (process: SeenProcess) => void) => Promise<Snapshot>;

/**
 * Makes a listing that reads unrelated processes only once: a process outside of the tree stays
 * outside, unless its parent was not seen or its marks could not be read. When pids may have been
 * reused, it reads all processes again.
 */
export function listChanges(
  record: TreeRecord,
  listing: ProcessListing,
  container: Container,
  history: StopHistory,
): ListProcesses {
  let last: Snapshot | null = null;
  return async (onSeen) => {
    const known = [record.root, ...record.members, ...history.remembered()];
    const options = {
      root: record.root?.startToken,
      known: known.flatMap((process) => process?.pid ?? []),
      onSeen,
    };
    const changed = last === null ? null : await readRest(last, options);
    last = changed ?? (await listing.takeSnapshot(options));
    return last;
  };

  /** Null when pids may have been reused since the last listing. */
  async function readRest(before: Snapshot, options: SnapshotOptions): Promise<Snapshot | null> {
    if (before.newestPid === null) return null;
    const ofTree = new Set([
      ...container.listPids(),
      ...history.remembered().map(({ pid }) => pid),
    ]);
    const unrelated = before.processes.filter(
      ({ pid, isUnjudged }) => !ofTree.has(pid) && isUnjudged !== true,
    );
    const known = new Set(unrelated.filter(isPlacedIn(before.processes)).map(({ pid }) => pid));
    const rest = await listing.takeSnapshot({ ...options, only: (pid) => !known.has(pid) });
    if (rest.newestPid === null || rest.newestPid < before.newestPid) return null;
    const read = new Set(rest.processes.map(({ pid }) => pid));
    return {
      ...rest,
      processes: [...rest.processes, ...unrelated.filter(({ pid }) => !read.has(pid))],
    };
  }
}

/**
 * How many processes have a parent that was not seen, because the parent ended during the listing.
 * A subreaper may adopt such a process, and only the next listing shows that.
 */
export function countUnplaced(processes: readonly SeenProcess[]): number {
  const isPlaced = isPlacedIn(processes);
  return processes.filter((seen) => !isPlaced(seen)).length;
}

function isPlacedIn(processes: readonly SeenProcess[]): (seen: SeenProcess) => boolean {
  // 0 is the parent of processes that were started outside of this PID namespace.
  const pids = new Set([0, ...processes.map(({ pid }) => pid)]);
  return ({ parentPid }) => pids.has(parentPid);
}
