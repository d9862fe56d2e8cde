/*
 * One Job Object for each attempt (Windows). The kernel puts every process that a member starts
 * into the job, and a member cannot leave it.
 *
 * 1. The job has no name, and no child inherits its handle, so only this daemon has a handle. When
 *    the daemon ends in any way, the kernel closes that handle and ends every member
 *    (KILL_ON_JOB_CLOSE).
 * 2. The launcher is put in before it starts a program: earlier programs would stay outside.
 * 3. The launcher's handle stays open until the proof, so no other process gets its pid.
 * 4. Each launcher has a name in the kernel. By this name, other workers of this host see that some
 *    worker holds its render (find-strays.ts).
 * 5. A list of members that cannot be read is unknown, and never counts as empty.
 */
import type { Container } from '../container/container-types.ts';
import { accountJob } from './job-accounting.ts';
import { loadWindowsApi } from './load-windows-api.ts';
import {
  COUNTS_BYTES,
  countAssigned,
  JOB_INFO,
  LIMIT,
  LIMITS_BYTES,
  makePidList,
  readActiveProcesses,
  readLimitFlags,
  readPidList,
  writeLimits,
} from './structs.ts';
import {
  ACCESS,
  describeError,
  ERROR,
  type ErrorCode,
  type Handle,
  type WindowsApi,
} from './windows-api.ts';

/** The exit code of a process that is ended with its job. */
const EXIT_CODE = 1;
const FIRST_CAPACITY = 64;
const MOST_PIDS = 1_000_000;
const LAUNCHER_ACCESS =
  ACCESS.terminate | ACCESS.setQuota | ACCESS.query | ACCESS.queryLimited | ACCESS.synchronize;

export type JobObject = Container & {
  /** The pid and creation time of the launcher; null before the job has adopted it. */
  readonly launcher: { readonly pid: number; readonly created: string } | null;
};

type Launcher = {
  readonly pid: number;
  readonly created: string;
  readonly handle: Handle;
  /** Other workers of this host know the launcher by this name. */
  readonly name: Handle | null;
};

/** The name of a launcher while its job exists. Every process of this host can see it. */
export function nameLauncher({ pid, startToken }: { pid: number; startToken: string }): string {
  return `Global\\renderdeck-launcher-${pid}-${startToken}`;
}

/** Makes a job without members. Throws when Windows does not set the limits that hold a render. */
export function createJobObject(
  api: WindowsApi = loadWindowsApi(),
  onRemoved: () => void = () => undefined,
): JobObject {
  const created = api.createJob();
  if (created.value === null) throw failure('made', created.error);
  const job = created.value;
  try {
    setLimits(api, job);
  } catch (error) {
    api.close(job);
    throw error;
  }
  return holdJob(api, job, onRemoved);
}

function setLimits(api: WindowsApi, job: Handle): void {
  const wanted = LIMIT.killOnJobClose | LIMIT.dieOnUnhandledException;
  const refused = api.setJob(job, JOB_INFO.limits, writeLimits(wanted));
  if (refused !== 0) throw failure('limited', refused);
  const limits = Buffer.alloc(LIMITS_BYTES);
  const unread = api.queryJob(job, JOB_INFO.limits, limits);
  if (unread !== 0) throw failure('read', unread);
  const flags = readLimitFlags(limits);
  // Wine keeps the limits, but reports 0.
  if (api.isWine && flags === 0) return;
  if ((flags & LIMIT.killOnJobClose) === 0 || (flags & LETS_MEMBERS_LEAVE) !== 0)
    throw new Error(
      `A Job Object of this host has the limits 0x${flags.toString(16)}, not ` +
        `0x${wanted.toString(16)}: it would not hold a render.`,
    );
}

const LETS_MEMBERS_LEAVE = LIMIT.breakawayOk | LIMIT.silentBreakawayOk;

function holdJob(api: WindowsApi, job: Handle, onRemoved: () => void): JobObject {
  let launcher: Launcher | null = null;
  let isOpen = true;
  const listMembers = () => {
    if (!isOpen) return [];
    return readMembers(api, job);
  };
  const readAccounts = accountJob({
    ...{ api, job, listMembers },
    launcher: () => launcher?.handle ?? null,
  });
  return {
    record: { kind: 'jobObject', path: null },
    get launcher() {
      return launcher;
    },
    adopt(pid) {
      const handle = openLauncher(api, pid);
      try {
        const created = adoptLauncher(api, job, pid, handle);
        // Without the name, another worker takes this render for a stray; nothing else is lost.
        const name = api.announce(nameLauncher({ pid, startToken: created })).value;
        launcher = { pid, handle, created, name };
      } catch (error) {
        api.close(handle);
        throw error;
      }
    },
    listPids: () => new Set(listMembers()),
    isOutside: (pid) => isOpen && isOutside(api, job, pid),
    // No member may leave a job, so there is no other place.
    listBeside: () => [],
    isEmpty() {
      if (!isOpen) return true;
      try {
        return (
          listMembers().length === 0 &&
          countActive(api, job) === 0 &&
          (launcher === null || !isRunning(api, launcher.handle))
        );
      } catch {
        return null;
      }
    },
    killAll() {
      const refused = isOpen ? api.terminateJob(job, EXIT_CODE) : 0;
      if (refused !== 0) throw failure('ended', refused);
    },
    accounting: () => (isOpen ? readAccounts() : null),
    remove() {
      onRemoved();
      if (!isOpen) return;
      isOpen = false;
      if (launcher !== null) api.close(launcher.handle);
      if (launcher !== null && launcher.name !== null) api.close(launcher.name);
      api.close(job);
    },
  };
}

function openLauncher(api: WindowsApi, pid: number): Handle {
  const opened = api.openProcess(LAUNCHER_ACCESS, pid);
  if (opened.value === null) throw failure(`given its launcher (pid ${pid})`, opened.error);
  return opened.value;
}

/** An ended process is not outside. A process that we may not ask counts as outside. */
function isOutside(api: WindowsApi, job: Handle, pid: number): boolean {
  const opened = api.openProcess(ACCESS.query | ACCESS.queryLimited | ACCESS.synchronize, pid);
  if (opened.value === null) return opened.error !== ERROR.invalidParameter;
  try {
    if (api.isRunning(opened.value).value === false) return false;
    return api.isInJob(opened.value, job).value !== true;
  } finally {
    api.close(opened.value);
  }
}

/** Puts the launcher into the job. Returns the creation time of the launcher. */
function adoptLauncher(api: WindowsApi, job: Handle, pid: number, handle: Handle): string {
  const refused = api.assignToJob(job, handle);
  if (refused !== 0) throw failure(`given its launcher (pid ${pid})`, refused);
  const isIn = api.isInJob(handle, job);
  if (isIn.value !== true || !readMembers(api, job).includes(pid))
    throw failure(`seen to hold its launcher (pid ${pid})`, isIn.error);
  const created = api.readCreated(handle);
  if (created.value === null) throw failure(`told when its launcher began`, created.error);
  return created.value;
}

/** The pids of all members. Throws when the list cannot be read completely. */
function readMembers(api: WindowsApi, job: Handle): number[] {
  for (let capacity = FIRST_CAPACITY; capacity <= MOST_PIDS; ) {
    const list = makePidList(capacity);
    const error = api.queryJob(job, JOB_INFO.pidList, list);
    const pids = error === 0 ? readPidList(list) : null;
    if (pids !== null) return pids;
    if (error !== 0 && error !== MORE_DATA) throw failure('asked for its members', error);
    // More processes may enter the job before the next read.
    capacity = Math.max(capacity * 2, countAssigned(list) + FIRST_CAPACITY);
  }
  throw failure('asked for its members', MORE_DATA);
}

const MORE_DATA: ErrorCode = ERROR.moreData;

function countActive(api: WindowsApi, job: Handle): number {
  const counts = Buffer.alloc(COUNTS_BYTES);
  const error = api.queryJob(job, JOB_INFO.counts, counts);
  if (error !== 0) throw failure('asked how many members it has', error);
  return readActiveProcesses(counts);
}

function isRunning(api: WindowsApi, handle: Handle): boolean {
  const running = api.isRunning(handle);
  if (running.value === null) throw failure('asked for its launcher', running.error);
  return running.value;
}

/** Completes the sentence "A Job Object could not be …". */
function failure(what: string, code: ErrorCode): Error {
  return new Error(`The render's Job Object could not be ${what}: ${describeError(code)}.`);
}
