import { createRequire } from 'node:module';
import type { Flavor } from './structs.ts';

/** The kernel's own calls about processes on macOS. */
export type Libproc = {
  /** All pids of one moment, zombies included. Throws when the list may be incomplete. */
  listPids(): number[];
  /** The filled struct. `gone`: no such process. `denied`: it exists and may not be read. */
  info(pid: number, ask: Flavor): Buffer | 'gone' | 'denied';
  /** The buffer of KERN_PROCARGS2; null when it may not be read or the process ends. */
  args(pid: number): Buffer | null;
  /** The pid of the leader of the process's session; null when the process is gone. */
  sessionOf(pid: number): number | null;
  /** A new value with each boot. */
  bootId(): string;
};

const EPERM = 1;
const ESRCH = 3;
const PID_BYTES = 4;
/** Room for processes that start after the count was read and before the list is read. */
const MORE_PIDS = 256;
const TRIES = 20;
const CTL_KERN = 1;
const KERN_PROCARGS2 = 49;
const KERN_ARGMAX = 8;
/** With this value, proc_pidinfo also finds a zombie. */
const ALSO_ZOMBIES = 1;

/**
 * Binds the calls, from the libraries of this program or from the library at `path`. Null where
 * koffi has no build for this system.
 */
export function openLibproc(path: string | null = null): Libproc | null {
  const calls = bind(path);
  if (calls === null) return null;
  const argsBuffer = Buffer.alloc(calls.readArgMax());
  return {
    listPids() {
      for (let tries = 0; tries < TRIES; tries++) {
        // The kernel returns 20 more than there are, and never lists more than this number.
        const expected = calls.listAll(null, 0);
        if (expected <= 0) break;
        const buffer = Buffer.alloc((expected + MORE_PIDS) * PID_BYTES);
        const count = calls.listAll(buffer, buffer.length);
        if (count <= 0) break;
        if (count < expected)
          return Array.from({ length: count }, (_, at) => buffer.readInt32LE(at * PID_BYTES));
      }
      throw new Error(`proc_listallpids gave no whole list (errno ${calls.errno()}).`);
    },

    info(pid, { flavor, size }) {
      const buffer = Buffer.alloc(size);
      calls.clearErrno();
      const filled = calls.pidInfo(pid, flavor, ALSO_ZOMBIES, buffer, size);
      if (filled === size) return buffer;
      const errno = calls.errno();
      if (filled <= 0 && errno === ESRCH) return 'gone';
      if (filled <= 0 && errno === EPERM) return 'denied';
      // The call may fail without an errno when the process has just ended.
      if (filled <= 0 && calls.getsid(pid) < 0 && calls.errno() === ESRCH) return 'gone';
      throw new Error(
        `proc_pidinfo(${pid}, ${flavor}) filled ${filled} of ${size} bytes (errno ${errno}).`,
      );
    },

    args(pid) {
      const length = calls.sysctl([CTL_KERN, KERN_PROCARGS2, pid], argsBuffer);
      return length === null ? null : Buffer.from(argsBuffer.subarray(0, length));
    },

    sessionOf(pid) {
      const leader = calls.getsid(pid);
      return leader < 0 ? null : leader;
    },

    bootId() {
      const id = calls.sysctlByName('kern.bootsessionuuid');
      if (id === null) throw new Error('kern.bootsessionuuid cannot be read.');
      return id;
    },
  };
}

function bind(path: string | null) {
  try {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
    const library = koffi.load(path);
    const sysctl = library.func(
      'int sysctl(int *name, unsigned int count, void *old, _Inout_ size_t *oldLength, ' +
        'void *new, size_t newLength)',
    );
    const sysctlByName = library.func(
      'int sysctlbyname(const char *name, void *old, _Inout_ size_t *oldLength, ' +
        'void *new, size_t newLength)',
    );
    const read = (name: number[], buffer: Buffer): number | null => {
      const length = [buffer.length];
      return sysctl(name, name.length, buffer, length, null, 0) === 0 ? (length[0] ?? null) : null;
    };
    return {
      listAll: library.func('int proc_listallpids(void *buffer, int size)'),
      pidInfo: library.func(
        'int proc_pidinfo(int pid, int flavor, uint64_t arg, void *buffer, int size)',
      ),
      getsid: library.func('int getsid(int pid)'),
      sysctl: read,
      readArgMax(): number {
        const value = Buffer.alloc(4);
        if (read([CTL_KERN, KERN_ARGMAX], value) !== 4) throw new Error('no KERN_ARGMAX');
        return value.readInt32LE(0);
      },
      sysctlByName(name: string): string | null {
        const buffer = Buffer.alloc(256);
        const length = [buffer.length];
        if (sysctlByName(name, buffer, length, null, 0) !== 0) return null;
        return buffer.toString('latin1', 0, (length[0] ?? 1) - 1);
      },
      errno: (): number => koffi.errno(),
      clearErrno: (): void => void koffi.errno(0),
    };
  } catch {
    return null;
  }
}
