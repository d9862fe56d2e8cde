import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DENIED, readProc } from '../snapshot/read-proc-file.ts';
import type { Container } from './container-types.ts';

type Attempt = { attemptId: string; treeMarker: string };

const PREFIX = 'renderdeck-';
/** A name of `nameCgroup`. An administrator's own cgroup, such as renderdeck-hosts, is no match. */
const OF_ATTEMPT = new RegExp(`^${PREFIX}.+-[0-9a-f-]{12}$`);
const CGROUP_LINE = /^0::(.*)$/m;
/** A younger cgroup may not have its first process yet. */
const MIN_AGE_MS = 60_000;

/** The cgroup in which this worker can make cgroups for attempts (its own), or why it cannot. */
export function explainCgroup(): { ok: true; parent: string } | { ok: false; reason: string } {
  const mount = readMount();
  if (mount === null) return { ok: false, reason: 'no cgroup v2 is mounted.' };
  const own = CGROUP_LINE.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1] ?? '/';
  const parent = join(mount, own);
  const probe = join(parent, `renderdeck-probe-${process.pid}`);
  try {
    accessSync(join(parent, 'cgroup.procs'), constants.W_OK);
    mkdirSync(probe);
    const canKill = existsSync(join(probe, 'cgroup.kill'));
    rmdirSync(probe);
    return canKill
      ? { ok: true, parent }
      : { ok: false, reason: 'this kernel has no cgroup.kill (Linux 5.14 or newer has).' };
  } catch (error) {
    return {
      ok: false,
      reason: `${parent} cannot be written (${error instanceof Error ? error.message : error}).`,
    };
  }
}

function readMount(): string | null {
  return findMount(readFileSync('/proc/self/mountinfo', 'latin1'));
}

/** The mount point of cgroup v2. A host in hybrid mode has mounts of cgroup v1 too. */
export function findMount(mountinfo: string): string | null {
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ');
    const point = before?.split(' ')[4];
    if (after?.startsWith('cgroup2 ') && point !== undefined) return point.replaceAll('\\040', ' ');
  }
  return null;
}

/** Makes a new cgroup for this attempt. */
export function createCgroup(attempt: Attempt): Container {
  const place = explainCgroup();
  if (!place.ok)
    throw new Error(`The render must run in a cgroup on this host, but ${place.reason}`);
  const path = join(place.parent, nameCgroup(attempt));
  mkdirSync(path);
  return holdCgroup(path);
}

/** The attempt's cgroup: at the recorded path, or at the path where it would have been made. */
export function openCgroup(path: string | null, attempt: Attempt): Container {
  if (path === null) {
    const place = explainCgroup();
    return holdCgroup(join(place.ok ? place.parent : '/nowhere', nameCgroup(attempt)));
  }
  const mount = readMount();
  if (
    mount === null ||
    !path.startsWith(`${mount}/`) ||
    path.includes('/../') ||
    basename(path) !== nameCgroup(attempt)
  ) {
    throw new Error(`${path} is not the cgroup of attempt ${attempt.attemptId}: it is left alone.`);
  }
  return holdCgroup(path);
}

/** Removes empty cgroups of attempts that a daemon left behind when it died. */
export function sweepCgroups(): string[] {
  const place = explainCgroup();
  if (!place.ok) return [];
  const paths = readdirSync(place.parent)
    .filter((name) => OF_ATTEMPT.test(name))
    .map((name) => join(place.parent, name));
  return paths.filter((path) => {
    try {
      if (Date.now() - statSync(path).mtimeMs < MIN_AGE_MS || holdCgroup(path).isEmpty() !== true)
        return false;
      holdCgroup(path).remove();
      return true;
    } catch {
      // Another process removed the cgroup, or a process just entered it. The next sweep tries
      // again.
      return false;
    }
  });
}

function nameCgroup({ attemptId, treeMarker }: Attempt): string {
  return `${PREFIX}${makeSafe(attemptId)}-${makeSafe(treeMarker).slice(0, 12)}`;
}

function makeSafe(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_');
}

function holdCgroup(path: string): Container {
  const mount = readMount() ?? '/';
  return {
    record: { kind: 'cgroup', path },
    adopt: (pid) => writeFileSync(join(path, 'cgroup.procs'), String(pid)),
    listPids: () =>
      new Set(listFolders(path).flatMap((folder) => readPids(join(folder, 'cgroup.procs')))),
    isOutside(pid) {
      const text = readProc(`/proc/${pid}/cgroup`);
      if (text === DENIED) return !this.listPids().has(pid);
      const [, place] = CGROUP_LINE.exec(text ?? '') ?? [];
      // A process that has just ended has no cgroup, or is in the root cgroup.
      return place !== undefined && !isIn(path, join(mount, place));
    },
    listBeside: () => listBeside(dirname(path), path),
    isEmpty() {
      // A cgroup that does not exist holds no process. A missing parent means that the path is
      // wrong.
      if (!existsSync(path)) return existsSync(dirname(path)) ? true : null;
      return /^populated 0$/m.test(readFileSync(join(path, 'cgroup.events'), 'latin1'));
    },
    killAll() {
      if (existsSync(path) && !this.listPids().has(process.pid))
        writeFileSync(join(path, 'cgroup.kill'), '1');
    },
    remove() {
      for (const folder of listFolders(path).reverse()) rmdirSync(folder);
    },
  };
}

/** This cgroup and all cgroups below it, parents first. Its processes may have made some. */
function listFolders(path: string): string[] {
  if (!existsSync(path)) return [];
  const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [path, ...below.flatMap((entry) => listFolders(join(path, entry.name)))];
}

/**
 * The pids in all cgroups into which this user may move a process from here, except below `own`. A
 * user may move a process if it may write to the lowest common parent of both cgroups. The name of
 * a cgroup proves nothing: a render can make any cgroup and enter any attempt's cgroup.
 */
export function listBeside(parent: string, own: string | null): number[] {
  const mount = readMount();
  let top = parent;
  while (top !== mount && top !== '/' && mayFill(dirname(top))) top = dirname(top);
  const folders = listFolders(top).filter((folder) => own === null || !isIn(own, folder));
  return folders.flatMap((folder) => readPids(join(folder, 'cgroup.procs')));
}

function isIn(cgroup: string, path: string): boolean {
  return path === cgroup || path.startsWith(`${cgroup}/`);
}

function mayFill(path: string): boolean {
  try {
    accessSync(join(path, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readPids(file: string): number[] {
  return readIfThere(file).split('\n').filter(Boolean).map(Number);
}

/** Reads a file; returns an empty text when the process or the cgroup ended before the read. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    // In a threaded cgroup, this file cannot be read. The parent lists the processes.
    if (error instanceof Error && 'code' in error && ABSENCES.includes(error.code)) return '';
    throw error;
  }
}

const ABSENCES: readonly unknown[] = ['ENOENT', 'ESRCH', 'ENODEV', 'EOPNOTSUPP'];
