import { execFile } from 'node:child_process';
import { explainHidden } from './explain-hidden.ts';
import {
  OWNER_VARIABLE,
  type ProcessListing,
  type ProcessState,
  type SeenProcess,
  TREE_MARKER_VARIABLE,
} from './process-listing.ts';

/**
 * Lists processes by `ps` alone: on macOS where koffi cannot be loaded, or for a record that `ps`
 * made, and on Linux on request.
 *
 * 1. It has not run on macOS yet. Its test reads tables that follow the manual of macOS.
 * 2. Since macOS 11, the kernel hides the environment of a program that System Integrity Protection
 *    protects (psutil issue 2084), so its tree marker is not seen. Descent, group and remembered
 *    identities still show such a program.
 */
export const psListing: ProcessListing = {
  pidsPerRead: 64,

  async readBootId() {
    if (process.platform === 'darwin')
      return (await run('sysctl', ['-n', 'kern.bootsessionuuid'])).output.trim();
    return (await run('cat', ['/proc/sys/kernel/random/boot_id'])).output.trim();
  },

  async takeSnapshot({ onSeen } = {}) {
    const table = await run('ps', [...WITH_ENVIRONMENT, '-o', COLUMNS]);
    const names = await run('ps', ['-axww', '-o', NAMES]);
    const snapshot = {
      processes: parsePs(table.output, names.output),
      created: countCreated(table.pid, names.pid),
      newestPid: null,
      // On Linux, ps reads /proc.
      hidden: explainHidden(),
    };
    if (!snapshot.processes.some(({ pid }) => pid === process.pid)) {
      throw new Error('ps did not list the process that asked: its answer is not the whole table.');
    }
    if (onSeen !== undefined) snapshot.processes.forEach(onSeen);
    return snapshot;
  },

  async readStates(pids) {
    const states = new Map<number, ProcessState>();
    if (pids.length === 0) return states;
    const table = await run('ps', ['-ww', '-o', COLUMNS, '-p', pids.join(',')]);
    for (const { pid, startToken, state, threads } of parsePs(table.output, ''))
      states.set(pid, { startToken, state, threads });
    return states;
  },
};

const WITH_ENVIRONMENT = process.platform === 'darwin' ? ['-axEww'] : ['axeww'];
const COLUMNS = 'pid=,ppid=,pgid=,stat=,lstart=,command=';
const NAMES = 'pid=,comm=';
const LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+[\d:]+\s+\d{4})\s*(.*)$/;

/**
 * Reads the table with the environments. The names come from a second table, because a command line
 * does not show where the name ends. Throws for a line that it cannot read.
 */
export function parsePs(table: string, names: string): SeenProcess[] {
  const nameOf = readNames(names);
  const processes = splitLines(table).map((line) => {
    const match = LINE.exec(line);
    if (match === null) throw new Error(`ps printed a line that cannot be read: ${line}`);
    const [, pid = '', parentPid = '', groupId = '', stat = '', started = '', command = ''] = match;
    return {
      pid: Number(pid),
      parentPid: Number(parentPid),
      groupId: Number(groupId),
      sessionId: null,
      state: stat.charAt(0),
      // `l` means a process with several threads. Only Linux prints it.
      threads: stat.includes('l') ? 2 : 1,
      startToken: started.replace(/\s+/g, ' '),
      startedAt: new Date(`${started} UTC`).toISOString(),
      name: nameOf.get(Number(pid)) ?? takeFileName(command.split(' ')[0] ?? ''),
      treeMarker: findMark(command, TREE_MARKER_VARIABLE),
      owner: findMark(command, OWNER_VARIABLE),
      limitMark: null,
      userGroup: null,
    };
  });
  return processes.reverse();
}

/**
 * How many processes were created between two commands: the kernel gives out pids in order.
 * Infinity when the second pid is lower, because the pids wrapped around.
 */
export function countCreated(listingPid: number, nextPid: number): number {
  return nextPid > listingPid ? nextPid - listingPid - 1 : Number.POSITIVE_INFINITY;
}

function readNames(names: string): Map<number, string> {
  return new Map(
    splitLines(names).map((line) => {
      const [, pid, path] = /^\s*(\d+)\s*(.*)$/.exec(line) ?? [];
      return [Number(pid), takeFileName(path?.trim() ?? '')];
    }),
  );
}

function takeFileName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function findMark(line: string, name: string): string | null {
  return new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(line)?.[1] ?? null;
}

/** Start times are compared as texts, so the language and the time zone must not vary. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

function run(command: string, args: string[]): Promise<{ output: string; pid: number }> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { env: ENVIRONMENT, maxBuffer: 64 * 1024 * 1024, encoding: 'latin1' },
      (error, stdout, stderr) => {
        // `ps -p` exits with code 1 and prints nothing when no pid exists.
        if (error === null || (error.code === 1 && stderr === ''))
          resolve({ output: stdout, pid: child.pid ?? 0 });
        else
          reject(
            new Error(`${command} ${args.join(' ')} failed: ${stderr.trim() || error.message}`),
          );
      },
    );
  });
}
