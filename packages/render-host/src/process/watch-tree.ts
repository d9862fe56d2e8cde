import type { TreeRecord } from '@renderdeck/domain';
import type { Container } from './container/container.ts';
import { listChanges } from './list-changes.ts';
import { remember } from './list-tree.ts';
import { decideMembership, type Membership, recogniseMarks } from './membership.ts';
import { sendSignal } from './send-signal.ts';
import { type MemberSignals, signalMembers } from './signal-members.ts';
import type { ProcessListing, SeenProcess, Snapshot } from './snapshot/process-listing.ts';
import type { StopHistory } from './stop-history.ts';

export type SeenTree = Membership & {
  /** How many processes the system created during the scan. */
  created: number;
  /** A member had never been seen before. */
  grew: boolean;
};

export type WatchedTree = MemberSignals & {
  /** The living members. All processes are read the first time, later only those that may be new. */
  scan(): Promise<SeenTree>;
  /** Only what the container holds, much faster than a scan. No group is listed: others may be in it. */
  scanHeld(): Promise<SeenTree>;
  /** A scan that stops each process with the tree's marks the moment it is read. */
  scanStopping(before: SeenTree): Promise<SeenTree>;
};

/** A recorded tree as one stop scans and signals it; all of it goes into the history. */
export function watchTree(
  record: TreeRecord,
  listing: ProcessListing,
  container: Container,
  history: StopHistory,
): WatchedTree {
  const isMarked = recogniseMarks(record.treeMarker);
  const list = listChanges(record, listing, container, history);

  const decide = ({ processes, created }: Snapshot): SeenTree => {
    // The container is read after the snapshot: a pid that was reused in between then has another
    // identity when it is signalled.
    const membership = decideMembership(
      processes,
      { ...record, members: [...record.members, ...history.remembered()] },
      { pid: process.pid, contained: container.listPids() },
    );
    const members = membership.members.map(remember);
    const grew = !history.knows(members);
    history.recordMembers(members, new Date());
    return { ...membership, created, grew };
  };

  return {
    ...signalMembers(listing, history),

    scan: async () => decide(await list()),

    async scanHeld() {
      const options = { root: record.root?.startToken, only: container.listPids() };
      return { ...decide(await listing.takeSnapshot(options)), groups: [] };
    },

    async scanStopping({ vetoed }) {
      const stop = (process: SeenProcess) => {
        if (isMarked(process) && !vetoed.has(process.pid)) sendSignal(process.pid, 'SIGSTOP');
      };
      return decide(await list(stop));
    },
  };
}
