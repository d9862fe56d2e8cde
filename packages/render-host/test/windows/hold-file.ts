import { spawn } from 'node:child_process';
import { once } from 'node:events';
import koffi from 'koffi';

export const SHARE = { nothing: 0, read: 1, readAndWrite: 3, delete: 7 } as const;

const GENERIC_READ = 0x8000_0000;
const OPEN_EXISTING = 3;

/** Opens a file as a program of Windows does. `share` says what other programs may do. */
export function holdFile(path: string, share: number): () => void {
  const kernel = koffi.load('kernel32.dll');
  const create = kernel.func(
    'intptr_t CreateFileW(str16, uint32, uint32, void *, uint32, uint32, intptr_t)',
  );
  const close = kernel.func('int CloseHandle(intptr_t)');
  const handle = create(path, GENERIC_READ, share, null, OPEN_EXISTING, 0, 0);
  if (handle === -1) throw new Error(`${path} could not be opened`);
  return () => void close(handle);
}

/** The programs that a case has started. If one lived on, the machine would stay in use. */
const started = new Set<() => Promise<void>>();

export async function endNodes(): Promise<void> {
  for (const end of started) await end();
}

/** Starts another node.exe with this program. Resolves after it has printed something. */
export function startNode(program: string, args: readonly string[] = [], cwd = 'C:\\') {
  return runNode(['-e', program, ...args], cwd);
}

/** Starts another node.exe with these arguments. Resolves after it has printed something. */
export async function runNode(args: readonly string[], cwd = 'C:\\') {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const end = async () => {
    started.delete(end);
    child.kill();
    await ended;
  };
  started.add(end);
  const [said] = await Promise.race([once(child.stdout, 'data'), ended]);
  return { pid: child.pid, said: String(said).trim(), end };
}
