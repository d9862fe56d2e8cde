import type { EndedProcess, RememberedProcess } from '@renderdeck/domain';
import { nameIdentity } from './membership.ts';

export type StopHistory = {
  /** Records the living members. A known process that is not among them has ended. */
  recordMembers(members: readonly RememberedProcess[], at: Date): void;
  recordSignal(
    process: { pid: number; startToken: string },
    signal: 'SIGTERM' | 'SIGKILL',
    at: Date,
  ): void;
  firstSignalAt(): Date | null;
  /** Whether all of these were seen before. */
  knows(members: readonly RememberedProcess[]): boolean;
  /** All processes seen so far, the oldest first, even if they have wiped their marks since. */
  remembered(): RememberedProcess[];
  report(): EndedProcess[];
};

type Entry = {
  process: RememberedProcess;
  lastSignal: 'SIGTERM' | 'SIGKILL' | null;
  endedAt: Date | null;
};

/** Records one stop: the processes seen, the signals sent to each, and when each one ended. */
export function createStopHistory(): StopHistory {
  const entries = new Map<string, Entry>();
  let firstSignalAt: Date | null = null;
  return {
    recordMembers(members, at) {
      const living = new Set(members.map(nameIdentity));
      for (const process of members) {
        const entry = entries.get(nameIdentity(process));
        if (entry === undefined)
          entries.set(nameIdentity(process), { process, lastSignal: null, endedAt: null });
        else entry.endedAt = null;
      }
      for (const [key, entry] of entries) if (!living.has(key)) entry.endedAt ??= at;
    },
    recordSignal(process, signal, at) {
      firstSignalAt ??= at;
      const entry = entries.get(nameIdentity(process));
      if (entry !== undefined && entry.endedAt === null) entry.lastSignal = signal;
    },
    firstSignalAt: () => firstSignalAt,
    knows: (members) => members.every((process) => entries.has(nameIdentity(process))),
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

function compareOldestFirst(a: RememberedProcess, b: RememberedProcess): number {
  return a.startedAt.localeCompare(b.startedAt) || a.pid - b.pid;
}
