import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { BenchDatabase } from './bench-databases.ts';

/** Starts two child processes, and prints a line when both run. */
const GROUP = `
  const { spawn } = require('node:child_process');
  const { once } = require('node:events');
  const args = ['-e', 'process.send(1); setInterval(() => {}, 1000)'];
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
  const start = () => once(spawn(process.execPath, args, { stdio }), 'message');
  Promise.all([start(), start()]).then(() => console.log('up'));`;
type Command = readonly [string, ...string[]];
export const NODE: Command = [process.execPath, '-e', GROUP];
export const ONE_SLEEP: Command = ['sh', '-c', 'echo up; exec sleep 1000'];

/** The least work that a cancel needs. entries/cancel-running.ts describes it. */
export async function openFloor({ sql }: BenchDatabase) {
  await sql`CREATE TABLE floor (version int NOT NULL)`;
  await sql`INSERT INTO floor VALUES (0)`;
  let group = 0;
  let exited: Promise<unknown> = Promise.resolve();
  let onStopped: () => void = () => {};
  const killer = await sql.listen('floor_stop', () => void kill());
  const client = await sql.listen('floor_stopped', () => onStopped());

  async function kill(): Promise<void> {
    process.kill(-group, 'SIGKILL');
    await exited;
    await sql`WITH fenced AS (
        UPDATE floor SET version = version + 1 WHERE version % 2 = 1 RETURNING version)
      SELECT pg_notify('floor_stopped', '') FROM fenced`;
  }

  return {
    async measure([program, ...args]: Command): Promise<number> {
      const tree = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(tree.stdout, 'data');
      group = tree.pid ?? 0;
      exited = once(tree, 'exit');
      const stopped = new Promise<void>((resolve) => {
        onStopped = resolve;
      });
      const startedAt = performance.now();
      await sql`WITH requested AS (UPDATE floor SET version = version + 1 RETURNING version)
        SELECT pg_notify('floor_stop', '') FROM requested`;
      await stopped;
      return performance.now() - startedAt;
    },
    async close(): Promise<void> {
      await killer.unlisten();
      await client.unlisten();
    },
  };
}
