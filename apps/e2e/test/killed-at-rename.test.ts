/*
 * SIGKILL ends a daemon, its render, or both, in the milliseconds after an output got its final
 * name. The job is not rendered again, its output is not published again, and nothing says that it
 * may be. RENDERDECK_RENAME_HITS is the number of kills.
 */
import { watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { copyTo, type Submitted, type WorkerUnderTest } from '@renderdeck/standalone/testing';
import { type Hold, writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const HITS = Number(process.env.RENDERDECK_RENAME_HITS ?? 12);
const VICTIMS = ['daemon', 'render', 'both'] as const;
/** From the rename to the kill. The database knows of the output after a few ms. */
const DELAYS_MS = [0, 0, 1, 0, 2, 4, 8, 16];

const farm = farmOfFile({}, { stays: 'workers' });
let worker: WorkerUnderTest;
let actions: Awaited<ReturnType<typeof writeHoldAction>>;
const startWorker = async () => {
  worker = await farm.startWorker('one', {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}`,
    RENDERDECK_LOCAL_ACTIONS: actions.module,
  });
};
beforeAll(async () => {
  actions = await writeHoldAction(farm.folders.assets);
  await startWorker();
});

/** Kills these processes after the output of the job got its final name. Returns its inode. */
async function killAtRename({ output }: Submitted, pids: readonly number[], delayMs: number) {
  let isRenamed = false;
  const watcher = watch(dirname(output)).on('change', (_, name) => {
    if (isRenamed || name !== basename(output)) return;
    const until = performance.now() + delayMs;
    while (performance.now() < until); // a timer would be late
    pids.forEach(kill);
    isRenamed = true;
  });
  try {
    await waitFor(() => isRenamed, { what: 'the output to be renamed', withinMs: 60_000 });
  } finally {
    watcher.close();
  }
  return (await stat(output)).ino;
}

/** After a long delay, the render may have ended by itself. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
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
      await startWorker();
    }

    const { view, attempts } = await farm.until(job.id, 'COMPLETED');
    expect(attempts, what).toMatchObject([{ outcome: 'completed', output: 'published' }]);
    expect(view.job, what).toMatchObject({ output: 'published', warnings: [], attempts: 1 });
    expect((await stat(job.output)).ino, what).toBe(inode);
    const names = await readdir(dirname(job.output));
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  }
});

/** Submits a job with these postrender actions. A text is the end of an output's path. */
const submit = (...list: readonly (string | Hold)[]) =>
  farm.submit({
    actions: (output) => ({
      postrender: list.map((one) => (typeof one === 'string' ? copyTo(output + one) : one.action)),
    }),
  });
const killWhileHeld = async (hold: Hold, meanwhile = async () => {}) => {
  await waitFor(hold.isHeld, { what: 'the render to reach its action', withinMs: 60_000 });
  await worker.kill();
  await meanwhile();
  await startWorker();
  await hold.release();
};

test('of two outputs, the next attempt publishes only the one that is not out', async () => {
  const hold = actions.hold();
  const job = await submit('', hold, '.second');
  await killWhileHeld(hold);
  const { view, attempts } = await farm.until(job.id, 'COMPLETED');
  const [second, first] = attempts;
  expect(first).toMatchObject({
    publications: [{ what: job.output, state: 'published' }],
    ...{ output: 'published', outcome: 'lost', allPublished: false },
  });
  expect(second).toMatchObject({
    publications: [
      { what: job.output, state: 'skipped' },
      { what: `${job.output}.second`, state: 'published' },
    ],
    ...{ output: 'published', outcome: 'completed' },
  });
  expect(view.job.warnings).toEqual([
    expect.stringMatching(/^This job publishes 2 outputs, one after the other\./),
    'Attempt 1 on one ended before it was complete: an output of it is out.',
  ]);
  const made = async (path: string) => (await stat(path)).mtimeMs;
  const renderedAgain = second?.createdAt.getTime() ?? 0;
  expect(await made(job.output)).toBeLessThan(renderedAgain);
  expect(await made(`${job.output}.second`)).toBeGreaterThan(renderedAgain);
});

test('a job whose only output is out is complete, even if a later action did not end', async () => {
  const hold = actions.hold();
  const job = await submit('', hold);
  await killWhileHeld(hold);
  const { view, attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([{ outcome: 'completed', output: 'published' }]);
  expect(view.job.warnings).toEqual([]);
});

test('a cancel before the host is back is not told as finished first', async () => {
  const hold = actions.hold();
  const job = await submit('', hold);
  await killWhileHeld(hold, () => farm.cancel(job.id, '?waitMs=0').then(() => undefined));
  // The render got a signal when its worker died, and nobody knows what came first.
  const { view } = await farm.until(job.id, 'CANCELLED');
  expect(view.receipt).toMatchObject({ outcome: 'cancelled', output: 'published' });
});
