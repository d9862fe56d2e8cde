import { execFile } from 'node:child_process';
import { COOKIE_VARIABLE, OWNER_VARIABLE, type ProcessListing, type ProcessState, type Snapshot } from './process-listing.ts';

/**
 * What `ps` alone can see: the listing of macOS, and of Linux when asked for.
 * The arguments for macOS are unit-tested through recorded output; they were not run on a real host.
 */
export const psListing: ProcessListing = {
  lookTogether: 64,

  async readBootId() {
    if (process.platform === 'darwin') return (await run('sysctl', ['-n', 'kern.bootsessionuuid'])).trim();
    return (await run('cat', ['/proc/sys/kernel/random/boot_id'])).trim();
  },

  async takeSnapshot(onSeen) {
    const mac = process.platform === 'darwin';
    const [table, environments] = await Promise.all([
      run('ps', ['-axww', '-o', COLUMNS]),
      run('ps', mac ? ['-axEww', '-o', 'pid=,command='] : ['axeww', '-o', 'pid=,command=']),
    ]);
    const snapshot = parsePs(table, environments);
    if (!snapshot.processes.some(({ pid }) => pid === process.pid))
      throw new Error('ps did not list the process that asked: its answer is not the whole table.');
    if (onSeen !== undefined) snapshot.processes.forEach(onSeen);
    return snapshot;
  },

  async look(pids) {
    const states = new Map<number, ProcessState>();
    if (pids.length === 0) return states;
    const table = await run('ps', ['-ww', '-o', COLUMNS, '-p', pids.join(',')]);
    for (const { pid, startToken, state, threads } of parsePs(table, '').processes) states.set(pid, { startToken, state, threads });
    return states;
  },
};

const COLUMNS = 'pid=,ppid=,pgid=,stat=,lstart=,comm=';
const LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+[\d:]+\s+\d{4})\s+(.*)$/;

/** Joins the two tables of `ps`; a line that does not read like one is an error, for unknown is never empty. */
export function parsePs(table: string, environments: string): Snapshot {
  const marks = readMarks(environments);
  const processes = table
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const match = LINE.exec(line);
      if (match === null) throw new Error(`ps printed a line that cannot be read: ${line}`);
      const [, pid = '', parentPid = '', groupId = '', stat = '', started = '', command = ''] = match;
      return {
        pid: Number(pid),
        parentPid: Number(parentPid),
        groupId: Number(groupId),
        sessionId: null,
        state: stat.charAt(0),
        // `l` marks a process with several threads; only Linux prints it.
        threads: stat.includes('l') ? 2 : 1,
        startToken: started.replace(/\s+/g, ' '),
        startedAt: new Date(`${started} UTC`).toISOString(),
        name: command.trim().split('/').at(-1) ?? command,
        ...(marks.get(Number(pid)) ?? { cookie: null, owner: null }),
      };
    });
  return { processes: processes.reverse(), forkFree: false };
}

type Marks = { cookie: string | null; owner: string | null };

function readMarks(environments: string): Map<number, Marks> {
  const marks = new Map<number, Marks>();
  for (const line of environments.split('\n')) {
    const pid = /^\s*(\d+)\s/.exec(line)?.[1];
    if (pid !== undefined) marks.set(Number(pid), { cookie: findMark(line, COOKIE_VARIABLE), owner: findMark(line, OWNER_VARIABLE) });
  }
  return marks;
}

function findMark(line: string, name: string): string | null {
  return new RegExp(`\\s${name}=(\\S+)`).exec(line)?.[1] ?? null;
}

/** A fixed language and time zone: the start time is compared as text. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env: ENVIRONMENT, maxBuffer: 64 * 1024 * 1024, encoding: 'latin1' }, (error, stdout, stderr) => {
      // `ps -p` ends with 1 and says nothing when none of the pids exists.
      if (error === null || (error.code === 1 && stderr === '')) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} failed: ${stderr.trim() || error.message}`));
    });
  });
}
