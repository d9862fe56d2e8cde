import { readdir, readFile } from 'node:fs/promises';

/** A process as the kernel lists it, with the attempt whose scratch folder its environment names. */
export type FarmProcess = { pid: number; name: string; attemptId: string | null };

/** Every living process, but this one, whose environment or command line names the folder: seen in /proc, whatever Renderdeck says. Linux only. */
export async function findFarmProcesses(folder: string): Promise<FarmProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const seen = await Promise.all(
    pids.map(async (pid): Promise<FarmProcess[]> => {
      const told = `${await read(pid, 'environ')} ${await read(pid, 'cmdline')}`;
      if (!told.includes(folder)) return [];
      const name = (await read(pid, 'comm')).trim();
      return [{ pid, name, attemptId: /attempt-([0-9a-f-]{36})/.exec(told)?.[1] ?? null }];
    }),
  );
  return seen.flat();
}

async function read(pid: number, file: 'cmdline' | 'environ' | 'comm'): Promise<string> {
  return await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
