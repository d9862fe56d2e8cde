import { readdirSync } from 'node:fs';
import { findLimitMark } from '../limit-mark.ts';
import {
  OWNER_VARIABLE,
  type ProcessListing,
  type ProcessState,
  type SeenProcess,
  type SnapshotOptions,
  TREE_MARKER_VARIABLE,
} from './process-listing.ts';
import { readProcFile } from './read-proc-file.ts';

const KERNEL_THREADS_PARENT = 2;
const TICKS_PER_SECOND = 100;
const isRoot = process.getuid?.() === 0;

/** Reads /proc without a pause, so that few processes change during a snapshot. */
export const linuxListing: ProcessListing = {
  pidsPerRead: 1,

  async readBootId() {
    return readRequired('/proc/sys/kernel/random/boot_id').trim();
  },

  async takeSnapshot({ root, only, onSeen } = {}) {
    const before = readCounters();
    const newestPid = readNewestPid();
    const asked = choosePids(only);
    const processes: SeenProcess[] = [];
    for (const pid of sortNewestFirst(asked, newestPid)) {
      const seen = readProcess(pid, before.bootedAtMs, Number(root) || 0);
      if (seen === null) continue;
      onSeen?.(seen);
      processes.push(seen);
    }
    return { processes, created: readCounters().created - before.created, newestPid };
  },

  async readStates(pids) {
    const states = new Map<number, ProcessState>();
    for (const pid of pids) {
      const stat = readProcFile(`/proc/${pid}/stat`);
      const parsed = stat === null ? null : parseStat(stat);
      if (parsed !== null)
        states.set(pid, {
          startToken: parsed.startToken,
          state: parsed.state,
          threads: parsed.threads,
        });
    }
    return states;
  },
};

export type ParsedStat = {
  name: string;
  state: string;
  parentPid: number;
  groupId: number;
  sessionId: number;
  threads: number;
  startToken: string;
};

/** The needed fields of a `stat` line. The name may contain spaces and brackets. */
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

/** The value of a variable in the text of an `environ` file. */
export function findVariable(environ: string, name: string): string | null {
  const key = `${name}=`;
  const at = environ.startsWith(key) ? 0 : environ.indexOf(`\0${key}`) + 1;
  if (at === 0 && !environ.startsWith(key)) return null;
  const end = environ.indexOf('\0', at);
  return environ.slice(at + key.length, end < 0 ? undefined : end);
}

/** The real group in the text of a `status` file. */
function findUserGroup(status: string): number | null {
  const group = /^Gid:\s+(\d+)/m.exec(status)?.[1];
  return group === undefined ? null : Number(group);
}

/** Pids sorted from the newest to the oldest process, also after the numbers wrapped around. */
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

/** This process first, then its parent, and so on. */
function listAncestors(): number[] {
  const pids: number[] = [];
  for (let pid = process.pid; pid > 0; ) {
    pids.push(pid);
    pid = parseStat(readProcFile(`/proc/${pid}/stat`) ?? '')?.parentPid ?? 0;
  }
  return pids;
}

function readNewestPid(): number {
  return Number(readRequired('/proc/loadavg').trim().split(' ').at(-1));
}

function readProcess(pid: number, bootedAtMs: number, since: number): SeenProcess | null {
  const stat = readProcFile(`/proc/${pid}/stat`);
  const parsed = stat === null ? null : parseStat(stat);
  if (parsed === null) return null;
  const hasMarks = parsed.parentPid !== KERNEL_THREADS_PARENT && Number(parsed.startToken) >= since;
  const environ = hasMarks ? readProcFile(`/proc/${pid}/environ`) : null;
  // Only root starts trees of another user.
  const status = hasMarks && isRoot ? readProcFile(`/proc/${pid}/status`) : null;
  const limits = hasMarks ? readProcFile(`/proc/${pid}/limits`) : null;
  return {
    pid,
    ...parsed,
    startedAt: new Date(
      bootedAtMs + (Number(parsed.startToken) * 1000) / TICKS_PER_SECOND,
    ).toISOString(),
    treeMarker: environ === null ? null : findVariable(environ, TREE_MARKER_VARIABLE),
    owner: environ === null ? null : findVariable(environ, OWNER_VARIABLE),
    limitMark: limits === null ? null : findLimitMark(limits),
    userGroup: status === null ? null : findUserGroup(status),
  };
}

function readCounters(): { created: number; bootedAtMs: number } {
  const stat = readRequired('/proc/stat');
  const created = /^processes (\d+)$/m.exec(stat)?.[1];
  const bootedAt = /^btime (\d+)$/m.exec(stat)?.[1];
  if (created === undefined || bootedAt === undefined)
    throw new Error('/proc/stat holds no `processes` and `btime` lines.');
  return { created: Number(created), bootedAtMs: Number(bootedAt) * 1000 };
}

function readRequired(path: string): string {
  const text = readProcFile(path);
  if (text === null)
    throw new Error(`${path} cannot be read: a Linux render host needs /proc mounted.`);
  return text;
}
