/*
 * Workers that reach their database through a pooler in transaction mode, which loses
 * notifications.
 */
import { existsSync } from 'node:fs';
import { findPgbouncerProblem, startPgbouncer } from '@renderdeck/testing/pgbouncer';
import { waitFor } from '@renderdeck/testing/wait-for';
import { describe, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const problem = await findPgbouncerProblem();
const skipped = problem === null ? '' : ` (skipped: ${problem})`;

describe.skipIf(problem !== null)(`workers behind a pooler${skipped}`, () => {
  let pooler: Awaited<ReturnType<typeof startPgbouncer>>;
  const farm = farmOfFile(
    { RENDERDECK_LEASE_MS: '300000', RENDERDECK_SLOTS: '2' },
    {
      async workersThrough(databaseUrl) {
        pooler = await startPgbouncer(databaseUrl, 'transaction', 2);
        return { settings: { DATABASE_URL: pooler.url }, end: pooler.stop };
      },
    },
  );

  test('a pooler that goes away costs no render, no cancel and few lines of the log', async () => {
    const worker = await farm.startWorker('one', { RENDERDECK_LISTEN: 'off' });
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
  });

  test('a worker that listens through it says which setting helps, and stops a job', async () => {
    const worker = await farm.startWorker('deaf');
    const job = await farm.submit({ project: { frames: 6000, frameMs: 20 } });
    await farm.untilPhase(job.id, 'rendering');
    expect(worker.said()).toContain('This worker listens through a pooler. If it pools');
    const { receipt } = await farm.cancel(job.id, '?waitMs=60000');
    expect(receipt).toMatchObject({ outcome: 'cancelled', host: 'deaf' });
  });
});
