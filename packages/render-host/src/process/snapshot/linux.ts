import { readdirSync } from 'node:fs';
import { canHideMark, findLimitMark } from '../limit-mark.ts';
import { runProgram } from '../run-program.ts';
import { hasProcess } from '../send-signal.ts';
import { explainHidden } from './explain-hidden.ts';
import {
  OWNER_VARIABLE,
  type ProcessListing,
  type ProcessState,
  type SeenProcess,
  type SnapshotOptions,
  TREE_MARKER_VARIABLE,
  UNKNOWN_NAME,
  UNKNOWN_STATE,
  UNKNOWN_TOKEN,
} from './process-listing.ts';
import { DENIED, readProc, readProcFile } from './read-proc-file.ts';

const KERNEL_THREADS_PARENT = 2;
const TICKS_PER_SECOND = 100;
const OWN_USER = process.getuid?.() ?? 0;
const isRoot = OWN_USER === 0;
const COUNTED_WITHIN_MS = 5000;

/** Reads /proc without a pause, so that few processes begin or end during a snapshot. */
export const linuxListing: ProcessListing = {
  pidsPerRead: 1,

  async readBootId() {
    // This process lives in one boot. A later mount of /proc may show less, so the id is kept.
    bootId ??= readRequired('/proc/sys/kernel/random/boot_id').trim();
    return bootId;
  },

  async takeSnapshot({ root, only, known = [], onSeen } = {}) {
    const hiddenBefore = explainHidden();
    const before = readCreated();
    const newestPid = readNewestPid();
    const processes: SeenProcess[] = [];
    const denied: number[] = [];
    for (const pid of sortNewestFirst(choosePids(only), newestPid ?? 0)) {
      const seen = readProcess(pid, Number(root) || 0);
      if (seen === DENIED) denied.push(pid);
      if (seen === null || seen === DENIED) continue;
      onSeen?.(seen);
      processes.push(seen);
    }
    const after = readCreated();
    const created = before === null || after === null ? Number.POSITIVE_INFINITY : after - before;
    const hidden =
      hiddenBefore ?? explainHidden() ?? explainDenied(denied) ?? (await explainCount());
    const more = hidden === null ? [] : findHiddenOf(known, processes);
    return { processes: [...processes, ...more], created, newestPid, hidden };
  },

  async readStates(pids) {
    const states = new Map<number, ProcessState>();
    for (const pid of pids) {
      // The process may be hidden. Two reads distinguish that from a process that ends between
      // them.
      const state = readState(pid) ?? (hasProcess(pid) ? (readState(pid) ?? UNREAD) : null);
      if (state !== null && (state !== UNREAD || hasProcess(pid))) states.set(pid, state);
    }
    return states;
  },
};

let bootId: string | undefined;
const UNREAD: ProcessState = { startToken: UNKNOWN_TOKEN, state: UNKNOWN_STATE, threads: 1 };

function readState(pid: number): ProcessState | null {
  const parsed = parseStat(readProcFile(`/proc/${pid}/stat`) ?? '');
  if (parsed === null) return null;
  const { startToken, state, threads } = parsed;
  return { startToken, state, threads };
}

/** The known pids that are in use and could not be read. */
function findHiddenOf(known: readonly number[], read: readonly SeenProcess[]): SeenProcess[] {
  const seen = new Set(read.map(({ pid }) => pid));
  return [...new Set(known)]
    .filter((pid) => !seen.has(pid) && hasProcess(pid))
    .map((pid) => ({
      ...{ pid, ...UNREAD, name: UNKNOWN_NAME, startedAt: null },
      ...{ parentPid: 0, groupId: 0, sessionId: null },
      ...{ treeMarker: null, owner: null, limitMark: null, userGroup: null },
    }));
}

function explainDenied(pids: readonly number[]): string | null {
  const [first] = pids;
  if (first === undefined) return null;
  return `This worker may not read ${pids.length} entries of /proc, for instance /proc/${first}.`;
}

export type ParsedStat = {
  name: string;
  state: string;
  parentPid: number;
  groupId: number;
  sessionId: number;
  threads: number;
  startToken: string;
};

/** The needed fields of a `stat` line. The name may contain spaces and parentheses. */
export function parseStat(line: string): ParsedStat | null {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = line.slice(close + 2).split(' ');
  const startToken = fields[19];
  const state = fields[0];
  if (startToken === undefined || state === undefined) return null;
  return {
    name: Buffer.from(line.slice(open + 1, close), 'latin1').toString('utf8'),
    state,
    parentPid: Number(fields[1]),
    groupId: Number(fields[2]),
    sessionId: Number(fields[3]),
    threads: Number(fields[17]),
    startToken,
  };
}

/** Finds the value of a variable in the text of an `environ` file. */
export function findVariable(environ: string, name: string): string | null {
  const key = `${name}=`;
  const at = environ.startsWith(key) ? 0 : environ.indexOf(`\0${key}`) + 1;
  if (at === 0 && !environ.startsWith(key)) return null;
  const end = environ.indexOf('\0', at);
  return environ.slice(at + key.length, end < 0 ? undefined : end);
}

/** Finds the real group in the text of a `status` file. */
function findUserGroup(status: string): number | null {
  const group = /^Gid:\s+(\d+)/m.exec(status)?.[1];
  return group === undefined ? null : Number(group);
}

/** Sorts pids from the newest to the oldest process, even after the pids have wrapped around. */
export function sortNewestFirst(pids: number[], lastPid: number): number[] {
  const age = (pid: number) =>
    pid <= lastPid ? lastPid - pid : lastPid - pid + Number.MAX_SAFE_INTEGER / 2;
  return pids.sort((a, b) => age(a) - age(b));
}

function choosePids(only: SnapshotOptions['only']): number[] {
  if (only instanceof Set) return [...new Set([...only, ...listAncestors()])];
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  if (typeof only !== 'function') return pids;
  const ancestors = new Set(listAncestors());
  return pids.filter((pid) => only(pid) || ancestors.has(pid));
}

/** This process, then its parent, and so on. */
function listAncestors(): number[] {
  const pids: number[] = [];
  for (let pid = process.pid; pid > 0; ) {
    pids.push(pid);
    pid = parseStat(readProcFile(`/proc/${pid}/stat`) ?? '')?.parentPid ?? 0;
  }
  return pids;
}

function readNewestPid(): number | null {
  const pid = readProcFile('/proc/loadavg')?.trim().split(' ').at(-1);
  return pid === undefined ? null : Number(pid);
}

function readProcess(pid: number, since: number): SeenProcess | null | typeof DENIED {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === DENIED) return DENIED;
  const parsed = stat === null ? null : parseStat(stat);
  if (parsed === null) return null;
  const startMs = (Number(parsed.startToken) * 1000) / TICKS_PER_SECOND;
  const seen = {
    ...{ pid, ...parsed },
    startedAt: bootedAtMs === null ? null : new Date(bootedAtMs + startMs).toISOString(),
  };
  const hasMarks = parsed.parentPid !== KERNEL_THREADS_PARENT && Number(parsed.startToken) >= since;
  if (!hasMarks) return { ...seen, ...NO_MARKS };
  const environ = readProc(`/proc/${pid}/environ`);
  const limits = readProc(`/proc/${pid}/limits`);
  // Only root starts trees that run as another user.
  const status = isRoot || environ === DENIED ? readProc(`/proc/${pid}/status`) : null;
  return {
    ...seen,
    treeMarker: typeof environ === 'string' ? findVariable(environ, TREE_MARKER_VARIABLE) : null,
    owner: typeof environ === 'string' ? findVariable(environ, OWNER_VARIABLE) : null,
    limitMark: typeof limits === 'string' ? findLimitMark(limits) : null,
    userGroup: isRoot && typeof status === 'string' ? findUserGroup(status) : null,
    ...(environ === DENIED && mayBeOfAnyTree(limits, status) ? { isUnjudged: true as const } : {}),
  };
}

const NO_MARKS = { treeMarker: null, owner: null, limitMark: null, userGroup: null };

/**
 * Whether a process with an unreadable environment belongs to our user and has no mark in its
 * limits. A process without a limit never had a mark, because only root can remove a limit.
 */
function mayBeOfAnyTree(limits: ReadProc, status: ReadProc): boolean {
  if (limits === null || status === null) return false;
  if (status !== DENIED) {
    const users = /^Uid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [OWN_USER];
    if (!users.includes(OWN_USER)) return false;
  }
  return limits === DENIED || canHideMark(limits);
}

type ReadProc = ReturnType<typeof readProc>;

let bootedAtMs: number | null = null;
let firstCreated: number | null = null;
let isCounting = false;

/** How many processes the kernel has created; null when it does not count them. */
function readCreated(): number | null {
  const stat = readProcFile('/proc/stat') ?? '';
  const created = /^processes (\d+)$/m.exec(stat)?.[1];
  const bootedAt = /^btime (\d+)$/m.exec(stat)?.[1];
  if (bootedAt !== undefined) bootedAtMs = Number(bootedAt) * 1000;
  if (created === undefined) return null;
  firstCreated ??= Number(created);
  isCounting ||= Number(created) !== firstCreated;
  return Number(created);
}

/** Some kernels always give the same number. Then an empty scan proves nothing. */
async function explainCount(): Promise<string | null> {
  if (isCounting) return null;
  await runProgram('true', [], COUNTED_WITHIN_MS);
  readCreated();
  return isCounting ? null : '/proc/stat does not count the processes that begin.';
}

function readRequired(path: string): string {
  const text = readProcFile(path);
  if (text === null)
    throw new Error(
      `${path} cannot be read: a Linux render host needs all of /proc, without subset=pid.`,
    );
  return text;
}
