import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programCommand } from '@renderdeck/testing/program-command';
import { waitFor } from '@renderdeck/testing/wait-for';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** How a process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A worker daemon in a process of its own. */
export type WorkerUnderTest = {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** All output on stdout and stderr so far. */
  said(): string;
  /** Sends a signal and returns before it takes effect. */
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGTERM and returns how the daemon ended. Throws after 30 seconds. */
  end(): Promise<Exit>;
  /** Sends SIGKILL and resolves when the daemon has ended. */
  kill(): Promise<void>;
};

/** The command that starts the daemon, and its folder. */
export type WorkerProgram = { readonly command: readonly string[]; readonly cwd: string };

/**
 * Starts the daemon and resolves when it is ready. If it ends before that, throws with its output.
 * `within`: a command that runs the daemon with its own pid or as its only child.
 */
export async function startWorkerUnderTest(
  name: string,
  env: Readonly<Record<string, string>>,
  within: readonly string[] = [],
  given?: WorkerProgram,
): Promise<WorkerUnderTest> {
  const { command, cwd } = given ?? {
    command: await programCommand('apps/worker/src/main.ts'),
    cwd: ROOT,
  };
  const [program = process.execPath, ...args] = [...within, ...command];
  const daemon = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env, RENDERDECK_WORKER_NAME: name },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = collect(daemon);
  const exited = new Promise<Exit>((resolve) => {
    daemon.once('close', (code, signal) => resolve({ code, signal }));
  });
  const ready = new Promise<null>((resolve) => {
    // The TypeScript loader sends messages on this channel, too.
    daemon.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) resolve(null);
    });
  });
  const exit = await Promise.race([ready, exited]);
  if (exit !== null)
    throw new Error(`The worker ended with code ${exit.code} before it was ready: ${said()}`);

  const pid = findDaemon(daemon.pid ?? 0);
  let over: Exit | null = null;
  void exited.then((ended) => {
    over = ended;
  });
  const signal = (name: NodeJS.Signals) => {
    if (over !== null) return;
    process.kill(pid, name);
    // nsenter stops itself when its child stops, and then sees no end of the child.
    if (name === 'SIGCONT') daemon.kill(name);
  };
  return {
    name,
    pid,
    exited,
    said,
    signal,
    async end() {
      signal('SIGTERM');
      return await waitFor(() => over, {
        withinMs: 30_000,
        what: `worker ${name} to end after SIGTERM; it said: ${said().slice(-2000)}`,
      });
    },
    async kill() {
      signal('SIGKILL');
      await exited;
    },
  };
}

/**
 * `unshare --fork`, and `nsenter` into a PID namespace, run the daemon as their child and pass no
 * signal on to it.
 */
function findDaemon(started: number): number {
  if (process.platform !== 'linux') return started;
  const name = readFileSync(`/proc/${started}/comm`, 'utf8').trim();
  return ['unshare', 'nsenter'].includes(name)
    ? Number(readFileSync(`/proc/${started}/task/${started}/children`, 'utf8').trim())
    : started;
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
