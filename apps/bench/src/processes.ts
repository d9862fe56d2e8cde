import { readdir, readFile, readlink } from 'node:fs/promises';

const TICKS_PER_SECOND = 100;

/** Lists the process and all its descendants. Linux only. */
export async function findFamily(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((other) => other > 0);
  const parents = new Map(
    await Promise.all(pids.map(async (one) => [one, Number((await statOf(one))[1])] as const)),
  );
  const family = [pid];
  for (const member of family)
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  return family;
}

/** Returns the CPU time that these processes have used, in seconds. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  const ticks = await Promise.all(
    pids.map(async (pid) => Number((await statOf(pid))[11]) + Number((await statOf(pid))[12])),
  );
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
async function statOf(pid: number): Promise<string[]> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}

/**
 * Returns the CPU time in seconds of a process, its descendants and the children that it has waited
 * for. So the time of a backend of PostgreSQL counts after its end, too.
 */
export async function familyCpuSeconds(pid: number): Promise<number> {
  const own = await statOf(pid);
  const ended = (Number(own[13]) + Number(own[14]) || 0) / TICKS_PER_SECOND;
  return ended + (await cpuSeconds(await findFamily(pid)));
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
