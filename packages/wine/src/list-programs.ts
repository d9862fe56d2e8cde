import { readdir, readFile } from 'node:fs/promises';
import { wineEnvironment } from './wine-programs.ts';

/**
 * The file names of the programs that run on a machine, from the process table of Linux: neither
 * Wine nor Renderdeck is asked.
 */
export async function listPrograms(machine: string): Promise<{ pid: number; name: string }[]> {
  const mark = `WINEPREFIX=${wineEnvironment(machine).WINEPREFIX}`;
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const seen = await Promise.all(
    pids.map(async (pid) => {
      const [environment, name] = await Promise.all([read(pid, 'environ'), read(pid, 'comm')]);
      return environment.split('\0').includes(mark) ? [{ pid, name: name.trim() }] : [];
    }),
  );
  return seen.flat();
}

/** Nothing where the process has ended meanwhile. */
function read(pid: number, file: 'environ' | 'comm'): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
}
