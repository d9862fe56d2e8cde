import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';
import { type Libproc, openLibproc } from '../../../src/process/macos/libproc.ts';

const COMPILER = 'cc';
const SOURCE = fileURLToPath(new URL('./fake-libproc.c', import.meta.url));

/** A process of the fake kernel. `args` is its buffer of KERN_PROCARGS2. */
export type FakeProcess = {
  pid: number;
  parentPid?: number;
  groupId?: number;
  sessionId?: number;
  status?: number;
  id: number;
  forkedBy?: number;
  version?: number;
  parentVersion?: number;
  coalition?: number;
  startedAt?: Date;
  name?: string;
  args?: Buffer;
};

export type FakeLibproc = {
  readonly libproc: Libproc;
  /** Returns the place of the process in the table, for `end`, `deny` and `ofOtherUser`. */
  add(process: FakeProcess): number;
  end(at: number): void;
  deny(at: number): void;
  ofOtherUser(at: number): void;
  startLate(processes: number): void;
  reset(): void;
};

/** Whether this machine has a compiler for the fake. */
export const hasCompiler = (() => {
  try {
    execFileSync(COMPILER, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Compiles the fake and binds its functions in the same way as the worker binds libproc. */
export function openFakeLibproc(): FakeLibproc {
  const folder = mkdtempSync(join(tmpdir(), 'libproc-'));
  const path = join(folder, 'libproc.so');
  execFileSync(COMPILER, ['-shared', '-fPIC', '-O1', '-w', '-o', path, SOURCE]);
  const libproc = openLibproc(path);
  const library = koffi.load(path);
  rmSync(folder, { recursive: true });
  if (libproc === null) throw new Error('koffi cannot be loaded');
  const add = library.func(
    'int fake_add(int, int, int, int, int, uint64_t, uint64_t, int, int, uint64_t, ' +
      'uint64_t, uint64_t, ' +
      'const char *, const char *)',
  );
  const setArgs = library.func('void fake_args(int, const void *, int)');
  return {
    libproc,
    add(process) {
      const { pid, parentPid = 1, groupId = pid, sessionId = groupId, id, name = 'node' } = process;
      const { status = 2, forkedBy = 1, coalition = 50, startedAt = new Date(0) } = process;
      const ms = startedAt.getTime();
      const start = [Math.floor(ms / 1000), (ms % 1000) * 1000];
      const { version = 7, parentVersion = 7 } = process;
      const ids = [pid, parentPid, groupId, sessionId, status, id, forkedBy];
      const more = [version, parentVersion, coalition];
      const at = Number(add(...ids, ...more, ...start, name.slice(0, 15), name));
      if (process.args !== undefined) setArgs(at, process.args, process.args.length);
      return at;
    },
    end: library.func('void fake_end(int)'),
    deny: library.func('void fake_deny(int)'),
    ofOtherUser: library.func('void fake_other_user(int)'),
    startLate: library.func('void fake_start_late(int)'),
    reset: library.func('void fake_reset()'),
  };
}

/** The KERN_PROCARGS2 buffer of a program with these arguments and this environment. */
export function procArgs(program: string, args: string[], environment: string[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeInt32LE(args.length);
  const path = Buffer.alloc(Math.ceil((program.length + 1) / 8) * 8);
  path.write(program, 'latin1');
  const strings = [...args, ...environment].map((text) => `${text}\0`).join('');
  return Buffer.concat([count, path, Buffer.from(strings, 'latin1')]);
}
