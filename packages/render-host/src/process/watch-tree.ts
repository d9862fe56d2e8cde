import type { TreeRecord } from '@renderdeck/domain';
import type { Container } from './container/container.ts';
import { countUnplaced, listChanges } from './list-changes.ts';
import { remember } from './list-tree.ts';
import { decideMembership, type Membership, recogniseMarks } from './membership.ts';
import { sendSignal } from './send-signal.ts';
import { type MemberSignals, signalMembers } from './signal-members.ts';
import {
  findUnread,
  isAlive,
  type ProcessListing,
  type SeenProcess,
  type Snapshot,
} from './snapshot/process-listing.ts';
import type { StopHistory } from './stop-history.ts';

export type SeenTree = Membership & {
  /**
   * How many processes the system created during the scan, plus how many processes the scan could
   * not place because their parent had ended.
   */
  created: number;
  /** Whether the scan found a new member. */
  grew: boolean;
  /**
   * Whether a member was ever seen outside of the container, or may be there unseen: the container
   * does not hold the whole tree.
   */
  left: boolean;
  /** Why the members may lack a living process of the tree; null when they are complete. */
  hidden: string | null;
};

export type WatchedTree = MemberSignals & {
  /** Scans the living members. The first scan reads all processes, later scans only new ones. */
  scan(): Promise<SeenTree>;
  /** Reads only the container, which is fast. Lists no groups, because others may be in them. */
  scanHeld(): Promise<SeenTree>;
  /** Scans and sends STOP to each process that has the tree's marks as soon as it is read. */
  scanStopping(before: SeenTree): Promise<SeenTree>;
};

/** Scans and signals a recorded tree for one stop, and records everything in the history. */
export function watchTree(
  record: TreeRecord,
  listing: ProcessListing,
  container: Container,
  history: StopHistory,
): WatchedTree {
  const isMarked = recogniseMarks(record.treeMarker);
  const list = listChanges(record, listing, container, history);
  let left = false;

  const decide = async ({ processes, created, hidden }: Snapshot): Promise<SeenTree> => {
    // The container is read after the snapshot. If a pid is reused between the two reads, the check
    // of the identity before the signal fails.
    const membership = decideMembership(
      processes,
      { ...record, members: [...record.members, ...history.remembered()] },
      { pid: process.pid, contained: container.listPids() },
    );
    const members = membership.members.map(remember);
    const grew = !history.knows(members);
    history.recordMembers(members, new Date());
    left ||= membership.members.some(({ pid, state }) => state !== 'Z' && container.isOutside(pid));
    const mayHaveLeft =
      hidden !== null && (await findUnread(listing, container.listBeside())) !== null;
    return {
      ...membership,
      ...{ created: created + countUnplaced(processes), grew, left: left || mayHaveLeft },
      hidden: hidden ?? explainUnjudged(processes, membership),
    };
  };

  return {
    ...signalMembers(listing, history),

    scan: async () => await decide(await list()),

    async scanHeld() {
      const options = { root: record.root?.startToken, only: container.listPids() };
      return { ...(await decide(await listing.takeSnapshot(options))), groups: [] };
    },

    async scanStopping({ vetoed }) {
      const stop = (process: SeenProcess) => {
        if (isMarked(process) && !vetoed.has(process.pid)) sendSignal(process.pid, 'SIGSTOP');
      };
      return await decide(await list(stop));
    },
  };
}

function explainUnjudged(
  processes: readonly SeenProcess[],
  { members, vetoed }: Membership,
): string | null {
  const placed = new Set([...vetoed, ...members.map(({ pid }) => pid)]);
  const other = processes.find(
    (seen) => seen.isUnjudged === true && isAlive(seen) && !placed.has(seen.pid),
  );
  return other === undefined
    ? null
    : `The marks of process ${other.pid} (${other.name}) cannot be read; it may be of this render.`;
}
