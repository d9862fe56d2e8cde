import type { EndedProcess, RememberedProcess } from '@renderdeck/domain';
import { compareOldestFirst, nameIdentity } from './membership.ts';
import { UNKNOWN_TOKEN } from './snapshot/process-listing.ts';

export type StopHistory = {
  /** Records the living members. A known process that is missing among them has ended. */
  recordMembers(members: readonly RememberedProcess[], at: Date): void;
  recordSignal(
    process: { pid: number; startToken: string },
    signal: 'SIGTERM' | 'SIGKILL',
    at: Date,
  ): void;
  firstSignalAt(): Date | null;
  /** Whether all of these processes were seen before. */
  knows(members: readonly RememberedProcess[]): boolean;
  /** All processes seen so far, oldest first, even if they have removed their marks since. */
  remembered(): RememberedProcess[];
  report(): EndedProcess[];
};

type Entry = {
  process: RememberedProcess;
  lastSignal: 'SIGTERM' | 'SIGKILL' | null;
  endedAt: Date | null;
};

/** Records a stop: the processes, the signals that each one got, and when each one ended. */
export function createStopHistory(): StopHistory {
  const entries = new Map<string, Entry>();
  let firstSignalAt: Date | null = null;

  /** A process that Windows did not let us read is the living process with its pid. */
  const find = (process: { pid: number; startToken: string }) =>
    entries.get(nameIdentity(process)) ??
    [...entries.values()].find(
      ({ process: { pid, startToken }, endedAt }) =>
        pid === process.pid &&
        endedAt === null &&
        [startToken, process.startToken].includes(UNKNOWN_TOKEN),
    );

  return {
    recordMembers(members, at) {
      const living = new Set<Entry>();
      for (const process of members) {
        const entry = find(process) ?? { process, lastSignal: null, endedAt: null };
        if (entry.process.startToken === UNKNOWN_TOKEN) {
          entries.delete(nameIdentity(entry.process));
          entry.process = process;
        }
        entry.endedAt = null;
        entries.set(nameIdentity(entry.process), entry);
        living.add(entry);
      }
      for (const entry of entries.values()) if (!living.has(entry)) entry.endedAt ??= at;
    },
    recordSignal(process, signal, at) {
      firstSignalAt ??= at;
      const entry = find(process);
      if (entry !== undefined && entry.endedAt === null) entry.lastSignal = signal;
    },
    firstSignalAt: () => firstSignalAt,
    knows: (members) => members.every((process) => find(process) !== undefined),
    remembered: () => [...entries.values()].map((entry) => entry.process).sort(compareOldestFirst),
    report: () =>
      [...entries.values()]
        .sort((a, b) => compareOldestFirst(a.process, b.process))
        .map(({ process: { pid, name, parentPid, startedAt }, lastSignal, endedAt }) => ({
          pid,
          name,
          parentPid,
          startedAt,
          endedBy: endedAt === null ? null : (lastSignal ?? 'itself'),
          endedAt: endedAt?.toISOString() ?? null,
        })),
  };
}
