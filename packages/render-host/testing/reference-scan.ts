import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { explainCgroup } from '../src/process/container/cgroup.ts';
import { waitUntil } from './wait-until.ts';

export type ReferenceScan = {
  /**
   * Every living process that a test started, even one that hides. Without the programs of a worker
   * that look at files: a worker starts and ends these as it needs, and no render has them.
   */
  listLiving(): number[];
  /** Ends every process that a test has started. */
  endAll(): Promise<void>;
  /** Moves this process back into its own cgroup. */
  close(): Promise<void>;
};

/**
 * Puts this test process into a cgroup that the code under test does not know. Each process that it
 * starts is in too, and cannot leave by a fork, a new session or a wiped environment.
 * Null where the host has no writable cgroup v2.
 */
export function openReferenceScan(): ReferenceScan | null {
  const place = explainCgroup();
  if (!place.ok) return null;
  // A run that was killed may have left one.
  const path = mkdtempSync(join(place.parent, 'referenceScan-'));
  writeFileSync(join(path, 'cgroup.procs'), String(process.pid));
  const listAll = () =>
    listFolders(path).flatMap((folder) =>
      readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number),
    );
  const listStarted = () =>
    listAll().filter((pid) => pid !== process.pid && !isCompiler(pid) && isLiving(pid));
  const listLiving = () => listStarted().filter((pid) => !isLook(pid));
  const endAll = () =>
    waitUntil('everything the test started has ended', () => {
      const living = listStarted();
      for (const pid of living) ifItLives(() => process.kill(pid, 'SIGKILL'));
      return living.length === 0;
    });
  return {
    listLiving,
    endAll,
    async close() {
      await endAll();
      const moveOut = (pid: number) =>
        writeFileSync(join(place.parent, 'cgroup.procs'), String(pid));
      moveOut(process.pid);
      for (const pid of listAll().filter(isCompiler)) ifItLives(() => moveOut(pid));
      await waitUntil('the cgroup of the reference scan is empty', () =>
        /^populated 0$/m.test(readFileSync(join(path, 'cgroup.events'), 'latin1')),
      );
      for (const folder of listFolders(path).reverse()) rmdirSync(folder);
    },
  };
}

function listFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [path, ...below.flatMap((entry) => listFolders(join(path, entry.name)))];
}

/** A process may end between the list and the act. */
function ifItLives(act: () => void): void {
  try {
    act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * The service of esbuild, which bundles programs for this process. It is none that a test started,
 * and the files after this one need it too.
 */
function isCompiler(pid: number): boolean {
  return readOf(pid, 'comm').trim() === 'esbuild';
}

function isLook(pid: number): boolean {
  return readOf(pid, 'cmdline').includes('/look-child.mjs\0');
}

function readOf(pid: number, file: 'comm' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** A process lives while one of its threads is neither a zombie nor dead. */
function isLiving(pid: number): boolean {
  return listThreads(pid).some((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      return !['Z', 'X'].includes(stat.charAt(stat.lastIndexOf(')') + 2));
    } catch {
      return false;
    }
  });
}

function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
