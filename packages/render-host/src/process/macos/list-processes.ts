/*
 * Lists processes of macOS by the kernel's own calls (libproc).
 *
 * 1. The list of pids shows one moment of the whole system. Each pid is then read, and after that
 *    the list is read again. `created` counts the processes that only the second list has. When it
 *    is 0, every process of the second list was read: no process was missed.
 * 2. The start token is the kernel's unique id. No two processes of one boot have the same id, and
 *    an exec keeps it. `forkedBy` is the id of the process that forked this one. It shows the
 *    descent even if that process has ended.
 * 3. A process that is gone is left out. A process that may not be read makes the listing fail: it
 *    is unknown, and never counts as absent.
 * 4. A stray is a process in this daemon's coalition without a readable mark, forked after the
 *    tree's root, that lost its parent: launchd is its parent now but did not fork it. It may
 *    belong to the tree. While there is a stray, no scan is calm, so nothing is proven.
 */
import { findVariable } from '../snapshot/linux.ts';
import {
  OWNER_VARIABLE,
  type ProcessListing,
  type ProcessState,
  type SeenProcess,
  type SnapshotOptions,
  TREE_MARKER_VARIABLE,
} from '../snapshot/process-listing.ts';
import type { Libproc } from './libproc.ts';
import {
  BSD_INFO,
  COALITIONS,
  type Flavor,
  parseBsdInfo,
  parseCoalition,
  parseShortInfo,
  parseUniqueIds,
  SHORT_INFO,
  takeEnvironment,
  UNIQUE_IDS,
} from './structs.ts';

/** For each stray, more than a calm scan may have (stop-process-tree.ts). */
const CREATED_PER_STRAY = 2;
const LAUNCHD = 1;
const UNIQUE_ID = /^\d+$/;

/** Whether this listing made the start token. `ps` makes a date. */
export function isUniqueId(startToken: string): boolean {
  return UNIQUE_ID.test(startToken);
}

type Read = SeenProcess & {
  readonly coalition: string | null;
  readonly version: number;
  readonly parentVersion: number;
};

export function makeMacosListing(libproc: Libproc): ProcessListing {
  return {
    pidsPerRead: 1,
    readBootId: async () => libproc.bootId(),

    async takeSnapshot({ root, only, onSeen } = {}) {
      const since = root !== undefined && isUniqueId(root) ? BigInt(root) : 0n;
      const listed = new Set(choosePids(libproc, only));
      const processes: Read[] = [];
      const read = (pid: number) => {
        const seen = readProcess(libproc, pid, since);
        if (seen === null) return;
        onSeen?.(seen);
        processes.push(seen);
      };
      listed.forEach(read);
      const known = new Set(processes.map(({ startToken }) => startToken));
      const later = choosePids(libproc, only).filter((pid) => !isKnown(libproc, known, pid));
      later.forEach(read);
      if (!processes.some(({ pid }) => pid === process.pid))
        throw new Error('The list of processes lacks the process that asked.');
      processes.sort(compareNewestFirst);
      const strays = since === 0n ? 0 : countStrays(processes, since);
      return {
        processes,
        created: later.length + strays * CREATED_PER_STRAY,
        newestPid: null,
        hidden: null,
      };
    },

    async readStates(pids) {
      const states = new Map<number, ProcessState>();
      for (const pid of pids) {
        const short = ask(libproc, pid, SHORT_INFO);
        const ids = ask(libproc, pid, UNIQUE_IDS);
        if (short === null || ids === null) continue;
        const { state } = parseShortInfo(short);
        states.set(pid, { startToken: parseUniqueIds(ids).uniqueId, state, threads: 1 });
      }
      return states;
    },
  };
}

/** Null when the process is gone. Throws when the process may not be read. */
function ask(libproc: Libproc, pid: number, flavor: Flavor): Buffer | null {
  const info = libproc.info(pid, flavor);
  if (info === 'denied')
    throw new Error(`macOS does not let this worker see process ${pid}: nothing is known of it.`);
  return info === 'gone' ? null : info;
}

function readProcess(libproc: Libproc, pid: number, since: bigint): Read | null {
  const short = ask(libproc, pid, SHORT_INFO);
  const ids = ask(libproc, pid, UNIQUE_IDS);
  if (short === null || ids === null) return null;
  const { parentPid, groupId, state, name } = parseShortInfo(short);
  const { uniqueId, parentUniqueId, version, parentVersion } = parseUniqueIds(ids);
  // Only root sees a process of another user, and no such process belongs to a tree.
  const bsd = libproc.info(pid, BSD_INFO);
  const own = bsd === 'gone' || bsd === 'denied' ? null : parseBsdInfo(bsd);
  const args = own === null || BigInt(uniqueId) < since ? null : libproc.args(pid);
  const environment = args === null ? '' : takeEnvironment(args);
  const coalition = libproc.info(pid, COALITIONS);
  return {
    pid,
    parentPid,
    groupId,
    sessionId: libproc.sessionOf(pid),
    name: own?.name ?? name,
    state,
    threads: 1,
    startToken: uniqueId,
    startedAt: own === null ? null : new Date(own.startedAtMs).toISOString(),
    treeMarker: findVariable(environment, TREE_MARKER_VARIABLE),
    owner: findVariable(environment, OWNER_VARIABLE),
    limitMark: null,
    userGroup: null,
    forkedBy: parentUniqueId,
    version,
    parentVersion,
    coalition: typeof coalition === 'string' ? null : parseCoalition(coalition),
  };
}

/** Whether the process that has this pid now was read. True if no process has the pid. */
function isKnown(libproc: Libproc, known: ReadonlySet<string>, pid: number): boolean {
  const ids = ask(libproc, pid, UNIQUE_IDS);
  return ids === null || known.has(parseUniqueIds(ids).uniqueId);
}

function choosePids(libproc: Libproc, only: SnapshotOptions['only']): number[] {
  // Pid 0 is the kernel itself.
  const pids = libproc.listPids().filter((pid) => pid > 0);
  if (only === undefined) return pids;
  const ancestors = new Set(listAncestors(libproc));
  const isAsked = (pid: number) => (typeof only === 'function' ? only(pid) : only.has(pid));
  return pids.filter((pid) => isAsked(pid) || ancestors.has(pid));
}

/** This process, then its parent, and so on. */
function listAncestors(libproc: Libproc): number[] {
  const pids: number[] = [];
  for (let pid = process.pid; pid > 0 && !pids.includes(pid); ) {
    pids.push(pid);
    const short = ask(libproc, pid, SHORT_INFO);
    pid = short === null ? 0 : parseShortInfo(short).parentPid;
  }
  return pids;
}

function countStrays(processes: readonly Read[], since: bigint): number {
  const own = processes.find(({ pid }) => pid === process.pid)?.coalition ?? null;
  const launchd = processes.find(({ pid }) => pid === LAUNCHD);
  if (own === null || launchd === undefined) return 0;
  return processes.filter(
    ({ treeMarker, startToken, coalition, state, parentPid, parentVersion }) =>
      coalition === own &&
      treeMarker === null &&
      state !== 'Z' &&
      BigInt(startToken) > since &&
      parentPid === LAUNCHD &&
      parentVersion !== launchd.version,
  ).length;
}

function compareNewestFirst(a: SeenProcess, b: SeenProcess): number {
  return Number(BigInt(b.startToken) - BigInt(a.startToken));
}
