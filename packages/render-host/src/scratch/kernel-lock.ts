/*
 * A lock that the kernel holds for this process and frees when it ends in any way, on a file. It
 * also holds against a process in another PID namespace, which no look at the process table finds.
 *
 * - Linux, macOS: flock.
 * - Windows: the file is open with share mode 0, so nobody else can open it.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../paths/error-code.mjs';
import { openRegularSync } from '../paths/open-regular.mjs';

const LOCK_EX = 2;
const LOCK_NB = 4;
/** UV_FS_O_EXLOCK: libuv opens the file by CreateFileW with share mode 0. Node does not name it. */
const SHARE_NOTHING = 0x1000_0000;
/** A scanner that looks into the file for a moment is no holder. */
const TRIES = 10;
const PAUSE_MS = 50;

export type KernelLock = {
  /** A child that inherits this descriptor holds the lock as well, until it ends. */
  readonly fd: number;
  readonly release: () => void;
};

/** Locks the file. `held` where another process has it. Null where the system has no such lock. */
export async function takeKernelLock(path: string): Promise<KernelLock | 'held' | null> {
  if (process.platform === 'win32') return takeOnWindows(path);
  const flock = await loadFlock();
  if (flock === null) return null;
  // The process that is started next does not inherit it: Node opens files with O_CLOEXEC.
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  const fd = openRegularSync(path, { flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600 });
  const error = flock(fd, LOCK_EX | LOCK_NB);
  if (error === null) return hold(fd);
  closeSync(fd);
  return error === 'EAGAIN' ? 'held' : null;
}

/** Loads what a lock needs, so that taking one reads no file of ours any more. */
export async function loadKernelLock(): Promise<void> {
  if (process.platform !== 'win32') await loadFlock();
}

async function takeOnWindows(path: string): Promise<KernelLock | 'held'> {
  for (let tries = 1; ; tries += 1) {
    try {
      return hold(openSync(path, constants.O_RDWR | constants.O_CREAT | SHARE_NOTHING, 0o600));
    } catch (cause) {
      if (codeOf(cause) !== 'EBUSY') throw cause;
      if (tries === TRIES) return 'held';
    }
    await delay(PAUSE_MS);
  }
}

function hold(fd: number): KernelLock {
  let isHeld = true;
  return {
    fd,
    release() {
      if (isHeld) closeSync(fd);
      isHeld = false;
    },
  };
}

/** Gives null for success, else the name of the error. */
async function loadFlock(): Promise<((fd: number, operation: number) => string | null) | null> {
  try {
    const { default: koffi } = await import('koffi');
    const flock = koffi.load(null).func('int flock(int fd, int operation)');
    return (fd, operation) => {
      if (flock(fd, operation) === 0) return null;
      const failed = koffi.errno();
      return failed === koffi.os.errno.EAGAIN ? 'EAGAIN' : `errno ${failed}`;
    };
  } catch {
    return null; // koffi has no build for this system
  }
}
