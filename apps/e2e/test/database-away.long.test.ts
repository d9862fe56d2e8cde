/*
 * The database, or the connection to it, fails for a moment or while the worker ends. Nothing
 * hangs. outage.test.ts tests long failures.
 */
import { existsSync } from 'node:fs';
import {
  type FarmUnderTest,
  startFarmUnderTest,
  type WorkerUnderTest,
} from '@renderdeck/standalone/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { holdJob } from './hold-job.ts';
import { holdWrite } from './hold-write.ts';

let farm: FarmUnderTest;
let worker: WorkerUnderTest;
let line: DatabaseProxy;
const LONG = { frames: 1500, frameMs: 20 } as const;
const startWorker = async (env: Readonly<Record<string, string>> = {}) => {
  worker = await farm.startWorker('one', { DATABASE_URL: line.url, ...env });
};

beforeAll(async () => {
  farm = await startFarmUnderTest({ RENDERDECK_LEASE_MS: '300000' });
  line = await startDatabaseProxy(await farm.database.urlAs('renderdeck_worker'));
});
afterEach(async () => {
  line.restore();
  await worker.end();
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(async () => {
  await farm.close();
  await line.close();
});

test('a short failure before the scratch folder is recorded costs no attempt', async () => {
  const hold = await holdWrite(farm.database.url, 'scratch_path');
  await startWorker();
  const job = await farm.submit();
  await hold.untilHeld();
  await hold.lose();
  expect((await farm.until(job.id, 'COMPLETED')).view.job).toMatchObject({
    failure: null,
    attempts: 1,
  });
});

test('a short failure at the publish gate costs no attempt', async () => {
  await startWorker();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const held = await holdJob(farm.database.url, job.id);
  await job.release();
  await held.waiting('update jobs set', 1);
  const sql = openSql(farm.database.url);
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await held.release();
  await sql.end();
  expect((await farm.until(job.id, 'COMPLETED')).view.job).toMatchObject({
    failure: null,
    attempts: 1,
    output: 'published',
  });
  expect(existsSync(job.output)).toBe(true);
});

test('SIGTERM while the database is away ends the render and the daemon', async () => {
  await startWorker({ RENDERDECK_DRAIN_LIMIT_MS: '2000' });
  const job = await farm.submit({ project: LONG });
  await farm.untilPhase(job.id, 'rendering');
  line.cut();
  worker.signal('SIGTERM');
  await waitFor(async () => (await farm.processes()).length === 0, {
    what: 'the render to be ended',
  });
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  line.restore();
  await farm.cancel(job.id);
  await startWorker();
  await farm.until(job.id, 'CANCELLED');
});
