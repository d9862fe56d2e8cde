import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import { createToken } from '@renderdeck/operations';
import { bundleProgram } from '@renderdeck/program-bundle';
import type { BenchDatabase, BenchFarm } from './bench-farm.ts';

/** An API in its own process, with a token that may do everything. */
export type ApiProgram = Program & {
  readonly url: string;
  readonly token: string;
  /** Sends a request with this token. Throws if the status is not 2xx. */
  send(method: string, path: string, body?: unknown): Promise<unknown>;
};

/**
 * Starts the API on this database. Its limits are checked but so high that they are never reached.
 */
export async function startApiProgram(
  farm: BenchFarm,
  database: BenchDatabase,
): Promise<ApiProgram> {
  const made = await createToken(database.admin, {
    ...{ name: `bench-${randomUUID().slice(0, 8)}`, role: 'admin', expiresInDays: null },
  });
  if (!made.ok) throw new Error(made.rejection.code);
  const program = await startProgram('apps/api/src/main.ts', farm.folder, {
    DATABASE_URL: database.url,
    RENDERDECK_SESSION_SECRET: randomUUID(),
    RENDERDECK_LOG_LEVEL: 'warn',
    RENDERDECK_REQUESTS_PER_MINUTE: '0',
    RENDERDECK_MAX_DELAY_MS: '0',
    RENDERDECK_NEXRENDER_API: 'on',
    PORT: '0',
  });
  const url = `http://127.0.0.1:${program.port}`;
  return {
    ...program,
    ...{ url, token: made.secret },
    send: (method, path, body) => send(method, url + path, body, made.secret),
  };
}

/** Sends a request and returns the JSON of its answer. Throws if the status is not 2xx. */
export async function send(
  method: string,
  url: string,
  body: unknown,
  token: string,
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'nexrender-secret': token,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

export type Program = { readonly port: number; readonly pid: number; end(): Promise<void> };

/**
 * Starts a program of this repository as one bundled file. Returns the port on which it listens.
 */
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
