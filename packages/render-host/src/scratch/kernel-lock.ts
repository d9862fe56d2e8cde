/*
 * A lock on a file. The kernel holds it for this process and frees it when the process ends in any
 * way. It also holds against a process in another PID namespace, which the process table does not
 * show.
 *
 * - Linux, macOS: flock.
 * - Windows: the file is open with share mode 0, so no other process can open it.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../paths/error-code.mjs';
import { openRegularSync } from '../paths/open-regular.mjs';

const LOCK_EX = 2;
const LOCK_NB = 4;
/** UV_FS_O_EXLOCK: libuv calls CreateFileW with share mode 0. Node has no name for this flag. */
const SHARE_NOTHING = 0x1000_0000;
/** A virus scanner may open the file for a moment and is no holder, so try this often. */
const TRIES = 10;
const PAUSE_MS = 50;

export type KernelLock = {
  /** A child that inherits this descriptor also holds the lock until it ends. */
  readonly fd: number;
  readonly release: () => void;
};

/** Locks the file. `held`: another process has the lock. Null: the system has no such lock. */
export async function takeKernelLock(path: string): Promise<KernelLock | 'held' | null> {
  if (process.platform === 'win32') return takeOnWindows(path);
  const flock = await loadFlock();
  if (flock === null) return null;
  // Node opens files with O_CLOEXEC, so the next program that starts does not inherit the lock.
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  const fd = openRegularSync(path, { flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600 });
  const error = flock(fd, LOCK_EX | LOCK_NB);
  if (error === null) return hold(fd);
  closeSync(fd);
  return error === 'EAGAIN' ? 'held' : null;
}

/** Loads the code of a lock, so that a later `takeKernelLock` loads no file. */
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

/** Returns a function that gives null for success, or the name of the error. */
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
