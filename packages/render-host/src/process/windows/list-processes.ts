import {
  type ProcessListing,
  type ProcessState,
  type SeenProcess,
  UNKNOWN_NAME,
  UNKNOWN_TOKEN,
} from '../snapshot/process-listing.ts';
import { loadWindowsApi } from './load-windows-api.ts';
import { readBootId } from './read-boot-id.ts';
import { type ListedProcess, readFiletime } from './structs.ts';
import { ACCESS, ERROR, type WindowsApi } from './windows-api.ts';

/** A process that has ended is left out, although its pid may be readable for a while. */
export const windowsListing: ProcessListing = {
  pidsPerRead: 1,
  readBootId: async () => readBootId(),
  async takeSnapshot({ only, onSeen } = {}) {
    const listed = loadWindowsApi().listProcesses();
    const processes = nameParents(identify(loadWindowsApi(), listed));
    if (!processes.some(({ pid }) => pid === process.pid))
      throw new Error('Windows did not list the process that asked: its list is not the whole.');
    const asked = processes.filter(({ pid }) => isAsked(only, pid));
    if (onSeen !== undefined) asked.forEach(onSeen);
    // Windows does not count the processes that it creates.
    return { processes: asked, created: Number.POSITIVE_INFINITY, newestPid: null, hidden: null };
  },
  async readStates(pids) {
    const api = loadWindowsApi();
    const states = new Map<number, ProcessState>();
    for (const pid of pids) {
      const token = readToken(api, pid);
      if (token !== null) states.set(pid, { startToken: token, state: 'running', threads: 1 });
    }
    return states;
  },
};

function isAsked(
  only: ((pid: number) => boolean) | ReadonlySet<number> | undefined,
  pid: number,
): boolean {
  if (only === undefined) return true;
  return typeof only === 'function' ? only(pid) : only.has(pid) || pid === process.pid;
}

/** The living processes, each with its identity. */
function identify(api: WindowsApi, listed: readonly ListedProcess[]): SeenProcess[] {
  return listed.flatMap(({ pid, parentPid, name, threads }) => {
    const token = readToken(api, pid);
    if (token === null) return [];
    return [
      {
        // A process that is just being created has no name yet.
        name: name === '' ? UNKNOWN_NAME : name,
        ...{ pid, parentPid, threads, state: 'running', startToken: token },
        // Windows has no process groups. Each process leads its own.
        groupId: pid,
        sessionId: null,
        startedAt: token === UNKNOWN_TOKEN ? null : (readFiletime(token)?.toISOString() ?? null),
        ...{ treeMarker: null, owner: null, limitMark: null, userGroup: null },
      },
    ];
  });
}

/**
 * Removes each parent that cannot be the real one: it was created after its child, so another
 * process had its pid before.
 */
export function nameParents(processes: readonly SeenProcess[]): SeenProcess[] {
  const tokens = new Map(processes.map(({ pid, startToken }) => [pid, startToken]));
  return processes.map((seen) => {
    const parent = tokens.get(seen.parentPid);
    const isParent =
      parent !== undefined &&
      parent !== UNKNOWN_TOKEN &&
      seen.startToken !== UNKNOWN_TOKEN &&
      BigInt(parent) <= BigInt(seen.startToken);
    return isParent ? seen : { ...seen, parentPid: 0 };
  });
}

const READ = ACCESS.queryLimited | ACCESS.synchronize;

/**
 * The creation time of a living process; null when it has ended, `unknown` when Windows does not
 * say.
 */
export function readToken(api: WindowsApi, pid: number): string | null {
  const opened = api.openProcess(READ, pid);
  if (opened.value === null) {
    if (opened.error === ERROR.invalidParameter) return null;
    return UNKNOWN_TOKEN;
  }
  try {
    // A process can be opened while anybody has a handle of it, so an open does not mean it runs.
    const running = api.isRunning(opened.value);
    if (running.value === false) return null;
    const created = api.readCreated(opened.value);
    return running.value === null || created.value === null ? UNKNOWN_TOKEN : created.value;
  } finally {
    api.close(opened.value);
  }
}
