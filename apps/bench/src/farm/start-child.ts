import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Real hosts and browsers do not use the processors of the server, so these let it go first. */
const NICENESS = 5;

/** A program of the bench in its own process, so that its CPU time counts apart. */
export type Child = {
  readonly pid: number;
  /** Sends a message and returns the answer. */
  ask<Answer>(message: string): Promise<Answer>;
  kill(): Promise<void>;
};

/**
 * Starts a program. Resolves when it sends its first message. `options` is its only argument, as
 * JSON.
 */
export async function startChild(file: URL, options: unknown): Promise<Child> {
  const program = fileURLToPath(file);
  const args = ['--import', 'tsx', program, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`)));
  ended.catch(() => undefined);
  await Promise.race([nextMessage(child), ended]);
  return {
    pid: child.pid ?? 0,
    async ask(message) {
      const answer = nextMessage(child);
      child.send(message);
      return JSON.parse(await Promise.race([answer, ended]));
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The TypeScript loader sends messages on this channel, too. */
function nextMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      if (typeof message !== 'object' || message === null || !('farm' in message)) return;
      child.off('message', onMessage);
      resolve(String(message.farm));
    };
    child.on('message', onMessage);
  });
}
