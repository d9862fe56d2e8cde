import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@renderdeck/testing/wait-for';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** How a process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A worker daemon in a process of its own. */
export type WorkerUnderTest = {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Everything it wrote so far. */
  said(): string;
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and how it ended: it has half a minute. */
  end(): Promise<Exit>;
  /** SIGKILL, until it is gone. */
  kill(): Promise<void>;
};

/**
 * Starts the daemon's own entry file and resolves when it says that it is ready. One that ends
 * before throws with all that it said. `within`: a program that becomes the daemon (same pid).
 */
export async function startWorkerUnderTest(
  name: string,
  env: Readonly<Record<string, string>>,
  within: readonly string[] = [],
): Promise<WorkerUnderTest> {
  const [program = process.execPath, ...args] = [
    ...within,
    process.execPath,
    '--import',
    'tsx',
    'apps/worker/src/main.ts',
  ];
  const daemon = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...env, RENDERDECK_WORKER_NAME: name },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = collect(daemon);
  const exited = new Promise<Exit>((resolve) => {
    daemon.once('close', (code, signal) => resolve({ code, signal }));
  });
  const ready = new Promise<null>((resolve) => {
    // The loader of TypeScript speaks over the same channel.
    daemon.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve(null);
    });
  });
  const exit = await Promise.race([ready, exited]);
  if (exit !== null)
    throw new Error(`The worker ended with code ${exit.code} before it was ready: ${said()}`);

  return {
    name,
    pid: daemon.pid ?? 0,
    exited,
    said,
    signal: (signal) => void daemon.kill(signal),
    async end() {
      daemon.kill('SIGTERM');
      let over: Exit | null = null;
      void exited.then((ended) => {
        over = ended;
      });
      return await waitFor(() => over, {
        withinMs: 30_000,
        what: `worker ${name} to end after SIGTERM; it said: ${said().slice(-2000)}`,
      });
    },
    async kill() {
      daemon.kill('SIGKILL');
      await exited;
    },
  };
}

function collect(daemon: ChildProcess): () => string {
  let text = '';
  for (const stream of [daemon.stdout, daemon.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  return () => text;
}
