import type { TreeRecord } from '@renderdeck/domain';
import type { Container } from './container/container.ts';
import { remember } from './list-tree.ts';
import { decideMembership, type Membership, nameIdentity, recogniseMarks } from './membership.ts';
import { sendSignal } from './send-signal.ts';
import type { ProcessListing, SeenProcess, Snapshot } from './snapshot/process-listing.ts';
import type { StopLedger } from './stop-ledger.ts';

export type SeenTree = Membership & {
  births: number;
  /** Somebody is among the members who had never been seen before. */
  grew: boolean;
};

export type WatchedTree = {
  /** Who lives of it: all processes are read the first time, later only those who may be of the tree. */
  scan(): Promise<SeenTree>;
  /** Those whom the container holds, in a moment instead of a scan; no group is told, for strangers were not looked at. */
  scanHeld(): Promise<SeenTree>;
  /** The same, and each process with the tree's marks is stopped the moment it is read. */
  scanStopping(before: SeenTree): Promise<SeenTree>;
  /** TERM, once to each member; those that are stopped are woken so that they can obey. */
  ask(seen: SeenTree, asked: Set<string>): Promise<void>;
  /** Signals these processes, each only if its identity, read again just before, is still the one that was seen. */
  signal(processes: readonly SeenProcess[], signal: NodeJS.Signals): Promise<void>;
  /** Signals a whole group of members at once. */
  signalGroup(seen: SeenTree, group: number, signal: NodeJS.Signals): void;
};

/** A recorded tree as one stop sees and signals it; all of it goes into the ledger. */
export function watchTree(
  record: TreeRecord,
  listing: ProcessListing,
  container: Container,
  ledger: StopLedger,
): WatchedTree {
  const note = (process: SeenProcess, signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || signal === 'SIGKILL') ledger.signalled(process, signal, new Date());
  };

  const isMarked = recogniseMarks(record.treeMarker);
  let last: Snapshot | null = null;

  /** All processes. Whom the last listing showed as a stranger is one still, so only the rest are read; but all of them once pids may have been used again. */
  const list = async (onSeen?: (process: SeenProcess) => void): Promise<Snapshot> => {
    const options = { root: record.root?.startToken, onSeen };
    const before = last;
    if (before?.newestPid != null) {
      const again = new Set([
        ...container.listPids(),
        ...ledger.remembered().map(({ pid }) => pid),
      ]);
      const strangers = before.processes.filter(({ pid }) => !again.has(pid));
      const known = new Set(strangers.map(({ pid }) => pid));
      const rest = await listing.takeSnapshot({ ...options, only: (pid) => !known.has(pid) });
      if (rest.newestPid !== null && rest.newestPid >= before.newestPid) {
        const read = new Set(rest.processes.map(({ pid }) => pid));
        last = {
          ...rest,
          processes: [...rest.processes, ...strangers.filter(({ pid }) => !read.has(pid))],
        };
        return last;
      }
    }
    last = await listing.takeSnapshot(options);
    return last;
  };

  const judge = ({ processes, births }: Snapshot): SeenTree => {
    // The container is asked after the snapshot: a pid that changed hands in between then fails the look before its signal.
    const membership = decideMembership(
      processes,
      { ...record, members: [...record.members, ...ledger.remembered()] },
      { pid: process.pid, contained: container.listPids() },
    );
    const members = membership.members.map(remember);
    const grew = !ledger.knows(members);
    ledger.see(members, new Date());
    return { ...membership, births, grew };
  };

  const tree: WatchedTree = {
    scan: async () => judge(await list()),

    async scanHeld() {
      const held = container.listPids();
      return {
        ...judge(await listing.takeSnapshot({ root: record.root?.startToken, only: held })),
        groups: [],
      };
    },

    async scanStopping({ vetoed }) {
      const stop = (process: SeenProcess) => {
        if (isMarked(process) && !vetoed.has(process.pid)) sendSignal(process.pid, 'SIGSTOP');
      };
      return judge(await list(stop));
    },

    async ask(seen, asked) {
      const unasked = seen.members.filter((process) => !asked.has(nameIdentity(process)));
      for (const process of unasked) asked.add(nameIdentity(process));
      const group = seen.root?.pid ?? 0;
      const asGroup =
        seen.groups.includes(group) && unasked.some((process) => process.pid === group);
      if (asGroup) tree.signalGroup(seen, group, 'SIGTERM');
      // The root first: it is the largest, and takes the kernel longest to end.
      await tree.signal(
        asGroup ? unasked.filter((process) => process.groupId !== group) : unasked.toReversed(),
        'SIGTERM',
      );
      await tree.signal(
        unasked.filter(({ state }) => state === 'T'),
        'SIGCONT',
      );
    },

    async signal(processes, signal) {
      for (let at = 0; at < processes.length; at += listing.lookTogether) {
        const few = processes.slice(at, at + listing.lookTogether);
        const states = await listing.look(few.map(({ pid }) => pid));
        for (const process of few) {
          if (
            states.get(process.pid)?.startToken === process.startToken &&
            sendSignal(process.pid, signal)
          )
            note(process, signal);
        }
      }
    },

    signalGroup(seen, group, signal) {
      if (!sendSignal(-group, signal)) return;
      for (const process of seen.members) if (process.groupId === group) note(process, signal);
    },
  };
  return tree;
}
