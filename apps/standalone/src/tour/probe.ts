/*
 * Lists the processes and files of this machine without any code of the farm: on Linux from /proc,
 * on other systems with `ps`. The tour compares these lists with what the farm says.
 */
import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';

export type ListedProcess = {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  /** The command line of the process and, if it can be read, its environment. */
  readonly marks: string;
};

/** Lists every process of this machine. */
export async function listProcesses(): Promise<readonly ListedProcess[]> {
  if (process.platform !== 'linux') return await listByPs();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(pids.map(readProc));
  return read.flatMap((one) => (one === null ? [] : [one]));
}

async function readProc(pid: string): Promise<ListedProcess | null> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const [stat, command, environment] = await Promise.all([
    read('stat'),
    read('cmdline'),
    read('environ'),
  ]);
  const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
  // A zombie runs no code. It exists only until its parent reads how it ended.
  if (name === undefined || state === 'Z') return null;
  return { pid: Number(pid), parentPid: Number(parent), name, marks: `${command}\n${environment}` };
}

async function listByPs(): Promise<readonly ListedProcess[]> {
  const { stdout } = await execa('ps', ['-axEwwo', 'pid=,ppid=,comm=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, name = '', marks = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parent), name, marks }];
  });
}

export type TreeProcess = ListedProcess & { readonly depth: number };

/** Lists the descendants of a process. Each process comes after its parent. */
export function listTreeBelow(
  all: readonly ListedProcess[],
  pid: number,
  depth = 0,
): readonly TreeProcess[] {
  return all
    .filter(({ parentPid }) => parentPid === pid)
    .flatMap((child) => [{ ...child, depth }, ...listTreeBelow(all, child.pid, depth + 1)]);
}

/** Lists the paths below a folder that contain this word. Empty if the folder does not exist. */
export async function findFiles(folder: string, word: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes(word));
}
