import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A live server process, as the pid file of its data folder describes it. */
export type Postmaster = { pid: number; port: number; status: string };

/** Returns the live server of this data folder, or null. Another program may have its old pid. */
export async function findPostmaster(cluster: string): Promise<Postmaster | null> {
  const lines = (await readFile(pidFile(cluster), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !(await isPostmaster(pid, cluster))) return null;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
}

/** Whether this process is the live server of this data folder. A zombie process is not alive. */
export async function isPostmaster(pid: number, cluster: string): Promise<boolean> {
  const command = await commandOf(pid);
  return platform() === 'win32' ? command.includes('postgres.exe') : command.includes(cluster);
}

/** The file where PostgreSQL keeps the pid, the port and the status of the server. */
export function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** Reads the command line of a process: another program may have the server's pid now. */
async function commandOf(pid: number): Promise<string> {
  if (platform() === 'linux')
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  if (platform() === 'win32')
    return (
      await execa('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], { reject: false })
    ).stdout;
  return (await execa('ps', ['-p', String(pid), '-o', 'command='], { reject: false })).stdout;
}
