/*
 * An API of the chaos: a program with its own line to the database and its own wall clock. It is
 * started again at the same address whenever it ends.
 */
import { join } from 'node:path';
import { startApi } from '@renderdeck/api/testing';
import { createClient } from '@renderdeck/client';
import type { Random } from '@renderdeck/testing/random';
import { type DatabaseProxy, startDatabaseProxy } from '../test/database-proxy.ts';
import { pause } from './pause.ts';
import type { ProgramEnd } from './program-ends.ts';
import { clockEnvironment, setClock } from './wall-clock.ts';

type Running = Awaited<ReturnType<typeof startApi>>;
export type ApiProgram = Awaited<ReturnType<typeof startApiProgram>>;

/** Starts the API. `token` is a secret of an admin. */
export async function startApiProgram(
  { name, folder, databaseUrl, token }: Record<'name' | 'folder' | 'databaseUrl' | 'token', string>,
  random: Random,
) {
  const line: DatabaseProxy = await startDatabaseProxy(databaseUrl);
  const clock = join(folder, `clock-${name}`);
  await setClock(clock, 0);
  const start = (port: string) =>
    startApi({
      DATABASE_URL: line.url,
      RENDERDECK_MAX_DELAY_MS: '0',
      RENDERDECK_REQUESTS_PER_MINUTE: '100000',
      RENDERDECK_LOG_LEVEL: 'warn',
      PORT: port,
      ...clockEnvironment(clock),
    });
  const first = await start('0');
  if (first.url === '') throw new Error(`${name} did not start: ${first.said()}`);
  const { url } = first;
  const ends: ProgramEnd[] = [];
  let running: Running | null = first;
  let over = false;

  async function keepRunning(): Promise<void> {
    for (let api = first; ; ) {
      const exit = await api.exited;
      ends.push({ name, ready: api.url !== '', ...exit, said: api.said() });
      running = null;
      if (over) return;
      await pause(random.between(100, 1500));
      api = await start(new URL(url).port);
      if (api.url !== '') running = api;
    }
  }
  const kept = keepRunning();
  return {
    name,
    url,
    line,
    ends,
    client: createClient({ url, token, retryDelayMs: () => 300 }),
    /** The program; null between two programs. */
    running: () => running,
    said: () => running?.said() ?? '',
    setClock: (seconds: number) => setClock(clock, seconds),
    async end(): Promise<void> {
      over = true;
      await running?.end();
      await kept;
      await line.close();
    },
  };
}
