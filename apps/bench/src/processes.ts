import { readdir, readFile } from 'node:fs/promises';

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
