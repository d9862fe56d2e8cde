/*
 * SIGKILL ends a daemon, its render, or both, in the milliseconds after an output got its final
 * name. The job is not rendered again, its output is not published again, and nothing says that it
 * may be. RENDERDECK_RENAME_HITS is the number of kills.
 */
import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  type FarmUnderTest,
  type Submitted,
  startFarmUnderTest,
  type WorkerUnderTest,
} from '@renderdeck/standalone/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const HITS = Number(process.env.RENDERDECK_RENAME_HITS ?? 12);
const VICTIMS = ['daemon', 'render', 'both'] as const;
/** From the rename to the kill. The database knows of the output after a few ms. */
const DELAYS_MS = [0, 0, 1, 0, 2, 4, 8, 16];

let farm: FarmUnderTest;
let worker: WorkerUnderTest;
beforeAll(async () => {
  farm = await startFarmUnderTest();
  worker = await farm.startWorker('one');
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
});
afterAll(async () => {
  await worker.end();
  await farm.close();
});

/** Kills these processes after the output of the job got its final name. Returns its inode. */
async function killAtRename({ output }: Submitted, pids: readonly number[], delayMs: number) {
  const watcher = watch(dirname(output));
  await new Promise<void>((resolve, reject) => {
    watcher.on('error', reject).on('change', (_, name) => {
      if (name !== basename(output)) return;
      const until = performance.now() + delayMs;
      while (performance.now() < until); // a timer would be late
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      resolve();
    });
  });
  watcher.close();
  return (await stat(output)).ino;
}

test(`${HITS} kills after a rename publish no job twice`, { timeout: HITS * 30_000 }, async () => {
  for (let hit = 0; hit < HITS; hit += 1) {
    const victim = VICTIMS[hit % VICTIMS.length];
    const delayMs = DELAYS_MS[Math.floor(hit / VICTIMS.length) % DELAYS_MS.length] ?? 0;
    const what = `${victim} killed ${delayMs} ms after the rename`;
    const job = await farm.submit({ held: true });
    await farm.untilProgress(job.id, 20);
    const render = (await farm.processes()).find(({ name }) => name === 'nexrender')?.pid ?? 0;
    const pids = [
      ...(victim === 'render' ? [] : [worker.pid]),
      ...(victim === 'daemon' ? [] : [render]),
    ];
    const killed = killAtRename(job, pids, delayMs);
    await job.release();
    const inode = await killed;
    if (victim !== 'render') {
      await worker.exited;
      worker = await farm.startWorker('one');
    }

    const { view, attempts } = await farm.until(job.id, 'COMPLETED');
    expect(attempts, what).toMatchObject([{ outcome: 'completed', output: 'published' }]);
    expect(view.job, what).toMatchObject({ output: 'published', warnings: [], attempts: 1 });
    expect((await stat(job.output)).ino, what).toBe(inode);
    const names = await readdir(dirname(job.output));
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  }
});
