/*
 * The tour's own eyes: what runs and what lies on this machine, looked up without any part of the farm. On Linux in /proc, elsewhere by `ps`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';

export type Seen = {
  readonly pid: number;
  readonly parentPid: number;
  readonly name: string;
  readonly marks: string;
};

/** Every process of this machine; `marks` is its command and, where it can be read, its environment. */
export async function seeProcesses(): Promise<readonly Seen[]> {
  if (process.platform !== 'linux') return await seeByPs();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(pids.map(seeInProc));
  return seen.flatMap((one) => (one === null ? [] : [one]));
}

async function seeInProc(pid: string): Promise<Seen | null> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const [stat, command, environment] = await Promise.all([
    read('stat'),
    read('cmdline'),
    read('environ'),
  ]);
  const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
  // A zombie runs nothing: only its entry waits for its parent.
  if (name === undefined || state === 'Z') return null;
  return { pid: Number(pid), parentPid: Number(parent), name, marks: `${command}\n${environment}` };
}

async function seeByPs(): Promise<readonly Seen[]> {
  const { stdout } = await execa('ps', ['-axEwwo', 'pid=,ppid=,comm=,command=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, name = '', marks = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parentPid: Number(parent), name, marks }];
  });
}

export type Branch = Seen & { readonly depth: number };

/** The processes below one, each behind its parent. */
export function treeBelow(all: readonly Seen[], pid: number, depth = 0): readonly Branch[] {
  return all
    .filter(({ parentPid }) => parentPid === pid)
    .flatMap((child) => [{ ...child, depth }, ...treeBelow(all, child.pid, depth + 1)]);
}

/** What still has this word in its name, below a folder; empty where the folder is not there. */
export async function seeFiles(folder: string, word: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes(word));
}
