import { isDeepStrictEqual } from 'node:util';
import {
  type Database,
  type EndCounts,
  type HostView,
  type LiveHost,
  type MarkedRow,
  readHostRows,
  readLiveHosts,
  viewOfHost,
} from '@renderdeck/store';
import { createEndsOfDay } from './ends-of-day.ts';

/** `today`: how the attempts of the host ended in the last 24 hours, in steps of ten minutes. */
export type ListedHost = HostView & { readonly today: EndCounts };
export type HostReader = { read(db: Database): Promise<readonly ListedHost[]> };

/** A row is read again after this time, because its old lost outputs are left out. */
const MOST_AGE_MS = 600_000;
const NONE: EndCounts = { done: 0, failed: 0, stopped: 0 };

type Kept = { readonly row: MarkedRow; readonly readAtMs: number };
type Shown = { readonly row: MarkedRow; readonly facts: string; readonly host: ListedHost };

/**
 * Reads all hosts again and again, but only the rows that have changed. A host that has not changed
 * is the same object as before. Several reads may run at once.
 */
export function createHostReader(): HostReader {
  const ends = createEndsOfDay();
  let kept = new Map<string, Kept>();
  let shown = new Map<string, Shown>();

  async function readRows(db: Database, live: readonly LiveHost[]): Promise<Map<string, Kept>> {
    const now = performance.now();
    const isKept = ({ name, mark }: LiveHost) => {
      const one = kept.get(name);
      return one?.row.mark === mark && now - one.readAtMs < MOST_AGE_MS;
    };
    const changed = live.filter((host) => !isKept(host)).map(({ name }) => name);
    const rows = changed.length === 0 ? [] : await readHostRows(db, changed);
    const read = new Map(rows.map((row) => [row.name, { row, readAtMs: now }]));
    const found = live.flatMap(({ name }): [string, Kept][] => {
      const one = read.get(name) ?? kept.get(name);
      return one === undefined ? [] : [[name, one]];
    });
    return new Map(found);
  }

  return {
    async read(db) {
      const [live, today] = await Promise.all([readLiveHosts(db), ends.read(db)]);
      const rows = await readRows(db, live);
      kept = rows;
      const next = new Map<string, Shown>();
      for (const one of live) {
        const row = rows.get(one.name)?.row;
        if (row === undefined) continue;
        const counts = today.get(one.name) ?? NONE;
        const before = shown.get(one.name);
        const isSame =
          before?.row === row && before.facts === one.facts && isLike(before.host.today, counts);
        const host = isSame
          ? withTimesLeft(before.host, () => viewOfHost(row, one).jobs)
          : { ...viewOfHost(row, one), today: counts };
        next.set(one.name, { row, facts: one.facts, host });
      }
      shown = next;
      return [...next.values()].map(({ host }) => host);
    },
  };
}

function isLike(one: EndCounts, other: EndCounts): boolean {
  return one.done === other.done && one.failed === other.failed && one.stopped === other.stopped;
}

/** The time that is left, and the age of a report, change without any change in the database. */
function withTimesLeft(host: ListedHost, readJobs: () => HostView['jobs']): ListedHost {
  const isTimed = ({ timeLeftMs, transfer }: HostView['jobs'][number]) =>
    timeLeftMs !== null || transfer !== null;
  if (!host.jobs.some(isTimed)) return host;
  const jobs = readJobs();
  const isSame = isDeepStrictEqual(jobs, host.jobs);
  return isSame ? host : { ...host, jobs };
}
