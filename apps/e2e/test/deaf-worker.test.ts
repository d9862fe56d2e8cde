/*
 * A worker listens through a pooler in transaction mode, which loses notifications. It says which
 * setting helps, and a cancel reaches it with a renewal.
 */
import { startFarmUnderTest } from '@renderdeck/standalone/testing';
import { findPgbouncerProblem, startPgbouncer } from '@renderdeck/testing/pgbouncer';
import { expect, test } from 'vitest';

const problem = await findPgbouncerProblem();
const skipped = problem === null ? '' : ` (skipped: ${problem})`;

test.skipIf(problem !== null)(
  `a worker that listens through a pooler says which setting helps, and stops a job${skipped}`,
  async () => {
    const farm = await startFarmUnderTest(
      {},
      {
        async workersThrough(databaseUrl) {
          const pooler = await startPgbouncer(databaseUrl, 'transaction', 2);
          return { settings: { DATABASE_URL: pooler.url }, end: pooler.stop };
        },
      },
    );
    const worker = await farm.startWorker('one');
    const job = await farm.submit({ project: { frames: 6000, frameMs: 20 } });
    await farm.untilPhase(job.id, 'rendering');
    expect(worker.said()).toContain('This worker listens through a pooler. If it pools');
    const { receipt } = await farm.cancel(job.id, '?waitMs=60000');
    expect(receipt).toMatchObject({ outcome: 'cancelled', host: 'one' });
    await farm.close();
  },
);
