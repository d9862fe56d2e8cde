import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { bundleProgram } from '@renderdeck/program-bundle';

export type Program = { readonly port: number; readonly pid: number; end(): Promise<void> };

/** Starts a program of this repository as one file, and gives the port on which it listens. */
export async function startProgram(
  entry: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<Program> {
  const file = join(folder, `${basename(entry, '.ts')}-${basename(dirname(dirname(entry)))}.mjs`);
  await bundleProgram(entry, file);
  const child = spawn(process.execPath, [...nodeOptions, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const listening = once(child, 'message').then(([message]) => Number(portOf(message)));
  const exit = ended.then(() => Promise.reject(new Error(`${entry} ended before it listened`)));
  exit.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    port: await Promise.race([listening, exit]),
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function portOf(message: unknown): string {
  const isListening = typeof message === 'object' && message !== null && 'listening' in message;
  if (!isListening) throw new Error(`it said ${JSON.stringify(message)}`);
  return new URL(String(message.listening)).port;
}
