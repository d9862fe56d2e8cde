import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { explainCgroup } from '../src/process/container/cgroup.ts';
import { waitUntil } from './wait-until.ts';

export type ReferenceScan = {
  /**
   * Every living process that a test started, even one that hides. It leaves out the programs of a
   * worker that look at files, because a worker starts and ends them when it needs them, and they
   * belong to no render.
   */
  listLiving(): number[];
  /** Ends every process that a test has started. */
  endAll(): Promise<void>;
  /** Moves this process back into its own cgroup. */
  close(): Promise<void>;
};

/**
 * Puts this test process into a cgroup that the tested code does not know. Each process that it
 * starts is in that cgroup too: a fork, a new session or an empty environment does not change that.
 * Null when the host has no cgroup v2 that can be written.
 */
export function openReferenceScan(): ReferenceScan | null {
  const place = explainCgroup();
  if (!place.ok) return null;
  // A test run that was killed may have left such a cgroup.
  const path = mkdtempSync(join(place.parent, 'referenceScan-'));
  writeFileSync(join(path, 'cgroup.procs'), String(process.pid));
  const listAll = () =>
    listFolders(path).flatMap((folder) =>
      readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number),
    );
  // What a process is, is read before whether it lives: an ending one has no command line any more.
  const listExcept = (isOther: (pid: number) => boolean) =>
    listAll().filter((pid) => pid !== process.pid && !isOther(pid) && isLiving(pid));
  const listStarted = () => listExcept(isCompiler);
  const listLiving = () => listExcept((pid) => isCompiler(pid) || isLook(pid));
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

/**
 * The reference scan of all tests of a file, which is closed after the last. Null when the host has
 * no cgroup v2 that can be written.
 */
export function referenceScanOfFile(): Omit<ReferenceScan, 'close'> | null {
  if (!explainCgroup().ok) return null;
  let scan: ReferenceScan | null = null;
  const opened = () => {
    if (scan === null) throw new Error('The reference scan is open inside tests only.');
    return scan;
  };
  beforeAll(() => {
    scan = openReferenceScan();
  });
  afterAll(() => scan?.close());
  return { listLiving: () => opened().listLiving(), endAll: () => opened().endAll() };
}

function listFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [path, ...below.flatMap((entry) => listFolders(join(path, entry.name)))];
}

/** Does the act. The process may have ended after the list was read. */
function ifItLives(act: () => void): void {
  try {
    act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Whether a process is the service of esbuild, which bundles programs for this process. No test
 * started it, and later test files need it too.
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

/** PF_EXITING of Linux: the thread runs nothing of its program any more. */
const EXITING = 4;

/** Whether a process lives: at least one of its threads is not ending, no zombie and not dead. */
function isLiving(pid: number): boolean {
  return listThreads(pid).some((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      const [state = '', , , , , , flags] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return !['Z', 'X'].includes(state) && (Number(flags) & EXITING) === 0;
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
