/*
 * What runs and what lies on this machine, listed without any code of the farm: on Linux from
 * /proc, elsewhere by `ps`. The tour compares it with what the farm says.
 */
import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';

export type ListedProcess = {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  /** Its command line and, where it can be read, its environment. */
  readonly marks: string;
};

/** Every process of this machine. */
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
  // A zombie runs nothing: its entry only waits for its parent to read it.
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

/** The descendants of a process, each after its parent. */
export function listTreeBelow(
  all: readonly ListedProcess[],
  pid: number,
  depth = 0,
): readonly TreeProcess[] {
  return all
    .filter(({ parentPid }) => parentPid === pid)
    .flatMap((child) => [{ ...child, depth }, ...listTreeBelow(all, child.pid, depth + 1)]);
}

/** Paths below a folder that contain this word; empty where there is no such folder. */
export async function findFiles(folder: string, word: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes(word));
}
