import { closeSync, openSync } from 'node:fs';

const LOCK_EX = 2;
const LOCK_NB = 4;

/** A lock that the kernel holds for this process and frees when it ends in any way. */
export type KernelLock = {
  /** A child that inherits this descriptor holds the lock as well, until it ends. */
  readonly fd: number;
  readonly release: () => void;
};

/**
 * Locks a file with flock. `held` where another process has it, also one in another PID namespace,
 * which no look at the process table finds. Null where the system has no such lock.
 */
export async function takeKernelLock(path: string): Promise<KernelLock | 'held' | null> {
  const flock = await loadFlock();
  if (flock === null) return null;
  // The process that is started next does not inherit it: Node opens files with O_CLOEXEC.
  const fd = openSync(path, 'a', 0o600);
  const error = flock(fd, LOCK_EX | LOCK_NB);
  if (error === null) {
    let isHeld = true;
    return {
      fd,
      release() {
        if (isHeld) closeSync(fd);
        isHeld = false;
      },
    };
  }
  closeSync(fd);
  return error === 'EAGAIN' ? 'held' : null;
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
