/*
 * The pooler of workers that poll goes away and comes back. Nothing is lost: the render goes on,
 * its output waits for the gate, and a cancel arrives afterwards.
 */
import { existsSync } from 'node:fs';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { findPgbouncerProblem, startPgbouncer } from '@renderdeck/testing/pgbouncer';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';

const problem = await findPgbouncerProblem();
const skipped = problem === null ? '' : ` (skipped: ${problem})`;
let farm: FarmUnderTest;
let pooler: Awaited<ReturnType<typeof startPgbouncer>>;

beforeAll(async () => {
  if (problem !== null) return;
  const settings = {
    ...{ RENDERDECK_LEASE_MS: '300000', RENDERDECK_LISTEN: 'off', RENDERDECK_SLOTS: '2' },
  };
  farm = await startFarmUnderTest(settings, {
    async workersThrough(databaseUrl) {
      pooler = await startPgbouncer(databaseUrl, 'transaction', 2);
      return { settings: { DATABASE_URL: pooler.url }, end: pooler.stop };
    },
  });
});
afterAll(async () => {
  if (problem === null) await farm.close();
});

test.skipIf(problem !== null)(
  `a pooler that goes away costs no render, no cancel and few lines of the log${skipped}`,
  async () => {
    const worker = await farm.startWorker('one');
    const job = await farm.submit({ held: true });
    const other = await farm.submit({ project: { frames: 3000, frameMs: 20 } });
    const attempts = [];
    for (const { id } of [job, other]) attempts.push(await farm.untilPhase(id, 'rendering'));
    await pooler.kill();
    await waitFor(() => /"msg":"The database [^"]* This worker tries again\."/.test(worker.said()));
    await job.release();
    await waitFor(() => worker.said().includes('database did not take it, trying again'), {
      what: 'the render to wait at its publish gate',
      withinMs: 120_000,
    });
    expect(existsSync(job.output)).toBe(false);
    expect(await farm.cancel(other.id, '?waitMs=0')).toMatchObject({ status: 202 });
    expect(await farm.processes(attempts[1]?.id)).not.toEqual([]);

    await pooler.startAgain();
    const { view } = await farm.until(job.id, 'COMPLETED', 120_000);
    expect(existsSync(job.output)).toBe(true);
    expect(view.job.failure).toBeNull();
    await farm.untilJob(
      other.id,
      'proven to have ended',
      ({ view: { receipt } }) => receipt?.outcome === 'cancelled',
    );
    expect(await farm.processes(attempts[1]?.id)).toEqual([]);
    expect(worker.said().match(/This worker tries again/g)?.length).toBeLessThan(8);
    expect(await worker.end()).toEqual({ code: 0, signal: null });
  },
);
