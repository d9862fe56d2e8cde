import { readdir, readFile } from 'node:fs/promises';

/** A process from /proc. `attemptId` comes from the scratch folder in its environment. */
export type FarmProcess = { pid: number; name: string; attemptId: string | null };

/**
 * Lists every other living process that has the folder's path in its environment or command line.
 * It reads /proc without Renderdeck's code, so it works only on Linux.
 */
export async function findFarmProcesses(folder: string): Promise<FarmProcess[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const seen = await Promise.all(
    pids.map(async (pid): Promise<FarmProcess[]> => {
      const text = `${await read(pid, 'environ')} ${await read(pid, 'cmdline')}`;
      if (!text.includes(folder)) return [];
      const name = (await read(pid, 'comm')).trim();
      return [{ pid, name, attemptId: /attempt-([0-9a-f-]{36})/.exec(text)?.[1] ?? null }];
    }),
  );
  return seen.flat();
}

async function read(pid: number, file: 'cmdline' | 'environ' | 'comm'): Promise<string> {
  return await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
