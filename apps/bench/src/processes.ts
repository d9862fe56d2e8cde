import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/**
 * Lists the process and all its descendants. Linux only. It reads synchronously, which takes a
 * tenth of the time: a farm has hundreds of backends, and reading must not slow down what it
 * measures.
 */
export function findFamily(pid: number): number[] {
  const family = [pid];
  for (const member of family) family.push(...childrenOf(member));
  return family;
}

/** The children of a process, which each of its threads may have started. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch (error) {
    if (existsSync(`/proc/${process.pid}/task/${process.pid}/children`)) return [];
    throw new Error('This kernel does not list the children of a process.', { cause: error });
  }
}

/** Returns the CPU time that these processes have used, in seconds. */
export function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const stat = statOf(pid);
    return Number(stat[11]) + Number(stat[12]);
  });
  return ticks.reduce((sum, one) => sum + (one || 0), 0) / TICKS_PER_SECOND;
}

/** Returns the resident memory of these processes in MB. Shared memory counts for each process. */
export async function residentMb(pids: readonly number[]): Promise<number> {
  const statuses = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')),
  );
  return statuses.reduce(
    (sum, status) => sum + Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    0,
  );
}

/** Returns the fields of /proc/<pid>/stat from the state on. */
function statOf(pid: number): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/**
 * Returns the CPU time in seconds of a process, its descendants and the children that it has waited
 * for. So the time of a backend of PostgreSQL counts after its end, too.
 */
export function familyCpuSeconds(pid: number): number {
  const own = statOf(pid);
  const ended = (Number(own[13]) + Number(own[14]) || 0) / TICKS_PER_SECOND;
  return ended + cpuSeconds(findFamily(pid));
}

/**
 * Returns the memory of these processes in MB, with each shared page counted once in all (PSS of
 * the kernel). A process that this user may not read counts as zero.
 */
export async function sharedMb(pids: readonly number[]): Promise<number> {
  let kilobytes = 0;
  // One after the other, because the kernel walks all pages of the process.
  for (const pid of pids) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

/** Returns how many sockets this process has open. */
export async function countSockets(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const files = await readdir(folder).catch(() => []);
  const targets = await Promise.all(
    files.map((file) => readlink(`${folder}/${file}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith('socket:')).length;
}
