/*
 * A daemon that has no free file descriptor cannot list processes. It then reports no end of an
 * attempt and keeps the slot. When it can open files again, it ends the render.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;
beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

test.skipIf(process.platform !== 'linux')(
  'a cancel without free file descriptors is confirmed only when the tree is proven dead',
  async () => {
    const worker = await farm.startWorker();
    const limitFiles = (most: number) =>
      execFileSync('prlimit', ['--pid', String(worker.pid), `--nofile=${most}:`]);
    const job = await farm.submit({ project: { frames: 3000, frameMs: 20 } });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    limitFiles(3);
    await farm.cancel(job.id, '?waitMs=0');
    await waitFor(() => worker.said().includes('could not be stopped'), {
      what: 'the stop to fail',
    });
    expect((await farm.readJob(job.id)).view.job.status).toBe('CANCELLING');
    expect(await farm.processes(attempt.id)).not.toEqual([]);
    expect(readdirSync(`/proc/${worker.pid}/fd`).length).toBeGreaterThan(3);

    limitFiles(1024);
    await farm.until(job.id, 'CANCELLED');
    expect(await farm.processes()).toEqual([]);
    expect(await farm.files()).toEqual([]);
  },
);
