import { readdirSync } from 'node:fs';
import type { Libproc } from '../../../src/process/macos/libproc.ts';
import { makeMacosListing } from '../../../src/process/macos/list-processes.ts';
import { BSD_INFO, COALITIONS, SHORT_INFO } from '../../../src/process/macos/structs.ts';
import { parseStat } from '../../../src/process/snapshot/linux.ts';
import { readProcFile } from '../../../src/process/snapshot/read-proc-file.ts';
import { procArgs } from './fake-libproc.ts';

const STATUS: Record<string, number> = { I: 1, R: 2, S: 3, D: 3, T: 4, t: 4, Z: 5 };
const PIDS = 2 ** 22;
/** One try takes about a millisecond. An exec of a program on a busy disk takes long. */
const EXEC_TRIES = 30_000;
/** The places of fields of /proc/<pid>/stat, counted from the state (proc_pid_stat(5)). */
const [FLAGS, ENV_END] = [6, 48];
const PF_KTHREAD = 0x00200000;
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/**
 * The listing of macOS over the processes of this Linux machine. It shows of a tree the same as on
 * a Mac on which every environment can be read.
 */
export const macosListingOfLinux = makeMacosListing(procAsLibproc());

function procAsLibproc(): Libproc {
  // The kernel of a Mac records who forked a process. Here the first read records it.
  const forkers = new Map<bigint, bigint>();
  return {
    listPids: () => readdirSync('/proc').map(Number).filter(Number.isInteger),
    info(pid, { flavor, size }) {
      const stat = readStat(pid);
      if (stat === null) return 'gone';
      const buffer = Buffer.alloc(size);
      if (flavor === SHORT_INFO.flavor) {
        // A Mac shows no zombie before the last thread has ended.
        const state = stat.threads > 1 && stat.state === 'Z' ? 'R' : stat.state;
        [pid, stat.parentPid, stat.groupId, STATUS[state] ?? 2].forEach((value, at) => {
          // The group of a process that ends is -1.
          buffer.writeUInt32LE(Math.max(0, value), at * 4);
        });
        buffer.write(stat.name.slice(0, 15), 16);
      } else if (flavor === BSD_INFO.flavor) {
        buffer.write(stat.name.slice(0, 31), 64);
        buffer.writeBigUInt64LE(BigInt(stat.startToken), 120);
      } else if (flavor === COALITIONS.flavor) {
        buffer.writeBigUInt64LE(50n, 0);
      } else {
        const id = idOf(pid, stat.startToken);
        const parent = readStat(stat.parentPid);
        const parentId = parent === null ? 0n : idOf(stat.parentPid, parent.startToken);
        const forkedBy = forkers.get(id) ?? parentId;
        forkers.set(id, forkedBy);
        buffer.writeBigUInt64LE(id, 16);
        buffer.writeBigUInt64LE(forkedBy, 24);
      }
      return buffer;
    },
    args(pid) {
      const environ = readEnvironment(pid);
      if (environ === null) return null;
      return procArgs('/bin/program', ['program'], environ.split('\0').slice(0, -1));
    },
    sessionOf: (pid) => readStat(pid)?.sessionId ?? null,
    bootId: () => readProcFile('/proc/sys/kernel/random/boot_id')?.trim() ?? '',
  };
}

/**
 * Linux shows no environment while a process runs an exec, so this waits for the exec. A Mac would
 * show that the process has lost its parent (a stray, so nothing is proven); Linux cannot.
 */
function readEnvironment(pid: number): string | null {
  for (let tries = 0; ; tries += 1) {
    const environ = readProcFile(`/proc/${pid}/environ`);
    if (environ !== '' || tries === EXEC_TRIES || !isInExec(pid)) return environ;
    Atomics.wait(PAUSE, 0, 0, 1);
  }
}

/** During an exec, the memory of the process has no place for an environment yet. */
function isInExec(pid: number): boolean {
  const line = readProcFile(`/proc/${pid}/stat`) ?? '';
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const isOfKernel = (Number(fields[FLAGS]) & PF_KTHREAD) !== 0;
  return fields[0] !== 'Z' && !isOfKernel && fields[ENV_END] === '0';
}

function readStat(pid: number) {
  return parseStat(readProcFile(`/proc/${pid}/stat`) ?? '');
}

/** An id that grows with each start and that no two processes share. */
function idOf(pid: number, startToken: string): bigint {
  return BigInt(startToken) * BigInt(PIDS) + BigInt(pid);
}
