import { type Membership, nameIdentity } from './membership.ts';
import { sendSignal } from './send-signal.ts';
import {
  type ProcessListing,
  type SeenProcess,
  UNKNOWN_TOKEN,
} from './snapshot/process-listing.ts';
import type { StopHistory } from './stop-history.ts';

export type MemberSignals = {
  /** Sends TERM once to each member, and CONT to stopped members so that they can react. */
  sendTerm(seen: Membership, termSent: Set<string>): Promise<void>;
  /** Signals each process only if its identity, read just before, is still the same. */
  signal(processes: readonly SeenProcess[], signal: NodeJS.Signals): Promise<void>;
  /** Signals a whole group of members at once. */
  signalGroup(seen: Membership, group: number, signal: NodeJS.Signals): void;
};

/** Signals members of a tree and records every TERM and KILL in the history. */
export function signalMembers(listing: ProcessListing, history: StopHistory): MemberSignals {
  const record = (process: SeenProcess, signal: NodeJS.Signals) => {
    if (signal === 'SIGTERM' || signal === 'SIGKILL')
      history.recordSignal(process, signal, new Date());
  };
  const signals: MemberSignals = {
    async sendTerm(seen, termSent) {
      const withoutTerm = seen.members.filter((process) => !termSent.has(nameIdentity(process)));
      for (const process of withoutTerm) termSent.add(nameIdentity(process));
      const group = seen.root?.pid ?? 0;
      const asGroup =
        seen.groups.includes(group) && withoutTerm.some((process) => process.pid === group);
      if (asGroup) signals.signalGroup(seen, group, 'SIGTERM');
      // The root first: it uses the most memory, so the kernel needs the most time to end it.
      await signals.signal(
        asGroup
          ? withoutTerm.filter((process) => process.groupId !== group)
          : withoutTerm.toReversed(),
        'SIGTERM',
      );
      await signals.signal(
        withoutTerm.filter(({ state }) => state === 'T'),
        'SIGCONT',
      );
    },

    async signal(processes, signal) {
      for (let at = 0; at < processes.length; at += listing.pidsPerRead) {
        const few = processes.slice(at, at + listing.pidsPerRead);
        const states = await listing.readStates(few.map(({ pid }) => pid));
        for (const process of few) {
          const isSame = states.get(process.pid)?.startToken === process.startToken;
          const isRead = process.startToken !== UNKNOWN_TOKEN;
          if (isSame && isRead && sendSignal(process.pid, signal)) record(process, signal);
        }
      }
    },

    signalGroup(seen, group, signal) {
      if (!sendSignal(-group, signal)) return;
      for (const process of seen.members) if (process.groupId === group) record(process, signal);
    },
  };
  return signals;
}
