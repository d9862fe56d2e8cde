import type { Container } from './container/container.ts';
import { remember } from './list-tree.ts';
import { decideMembership, type Membership, nameIdentity, recogniseMarks } from './membership.ts';
import { sendSignal } from './send-signal.ts';
import type { ProcessListing, SeenProcess } from './snapshot/process-listing.ts';
import type { StopLedger } from './stop-ledger.ts';
import type { TreeRecord } from './tree-record.ts';

export type SeenTree = Membership & {
  births: number;
  /** Somebody is among the members who had never been seen before. */
  grew: boolean;
};

export type WatchedTree = {
  scan(): Promise<SeenTree>;
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
export function watchTree(record: TreeRecord, listing: ProcessListing, container: Container, ledger: StopLedger): WatchedTree {
  const note = (process: SeenProcess, signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || signal === 'SIGKILL') ledger.signalled(process, signal, new Date());
  };

  const isMarked = recogniseMarks(record.cookie);

  const look = async (onSeen?: (process: SeenProcess) => void): Promise<SeenTree> => {
    const { processes, births } = await listing.takeSnapshot({ root: record.root?.startToken, onSeen });
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
    scan: () => look(),

    scanStopping: ({ vetoed }) =>
      look((process) => {
        if (isMarked(process) && !vetoed.has(process.pid)) sendSignal(process.pid, 'SIGSTOP');
      }),

    async ask(seen, asked) {
      const unasked = seen.members.filter((process) => !asked.has(nameIdentity(process)));
      for (const process of unasked) asked.add(nameIdentity(process));
      const group = seen.root?.pid ?? 0;
      const asGroup = seen.groups.includes(group) && unasked.some((process) => process.pid === group);
      if (asGroup) tree.signalGroup(seen, group, 'SIGTERM');
      await tree.signal(asGroup ? unasked.filter((process) => process.groupId !== group) : unasked, 'SIGTERM');
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
          if (states.get(process.pid)?.startToken === process.startToken && sendSignal(process.pid, signal)) note(process, signal);
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
