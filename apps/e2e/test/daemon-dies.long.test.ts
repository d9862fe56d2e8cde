/*
 * A daemon is killed, or a notification is lost: the tests show what the database and the next
 * daemon recover.
 */
import { existsSync } from 'node:fs';
import { cancelJob } from '@renderdeck/operations';
import { aSystemContext } from '@renderdeck/operations/testing';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { connect } from '@renderdeck/store/connect';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const SLOW = { frames: 2000, frameMs: 20 } as const;
let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest({ RENDERDECK_STOP_GRACE_MS: '600000' });
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(() => farm.close());

const untilNoTree = () =>
  waitFor(async () => (await farm.processes()).length === 0, {
    what: 'the tree to end without its daemon',
  });

test('after a killed daemon, the next one removes the files and completes the job', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ held: true, project: { misbehave: 'ignores-term' } });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  await worker.kill();
  await untilNoTree();
  expect(existsSync(attempt.scratchPath ?? '')).toBe(true);
  await job.release();

  const next = await farm.startWorker();
  const { view, attempts } = await farm.until(job.id, 'COMPLETED');
  expect(view.job.attempts).toBe(2);
  expect(attempts).toMatchObject([
    { outcome: 'completed' },
    { id: attempt.id, outcome: 'lost', confirmedAt: expect.any(Date) },
  ]);
  expect(existsSync(attempt.scratchPath ?? '')).toBe(false);
  expect(existsSync(job.output)).toBe(true);
  expect(await next.end()).toEqual({ code: 0, signal: null });
});

test('killed during a cancel: first unconfirmed, then confirmed by the next daemon', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ project: { ...SLOW, misbehave: ['ignores-term', 'escapes'] } });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  await farm.cancel(job.id, '?waitMs=0');
  await farm.untilJob(
    job.id,
    'received by the host',
    ({ view }) => view.receipt?.deliveredAt !== null,
  );
  await worker.kill();

  await farm.endLease('one');
  await farm.until(job.id, 'CANCELLED');
  expect(await farm.cancel(job.id)).toMatchObject({
    status: 202,
    receipt: { outcome: 'unconfirmed', confirmedAt: null, proof: null },
  });

  const next = await farm.startWorker();
  await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
  expect(await farm.processes(attempt.id)).toEqual([]);
  expect(await farm.cancel(job.id)).toMatchObject({
    status: 200,
    receipt: { outcome: 'cancelled', output: 'none', survivors: [] },
  });
  expect(await next.end()).toEqual({ code: 0, signal: null });
});

test('a stop request without its notification arrives at the next lease renewal', async () => {
  const worker = await farm.startWorker('one', { RENDERDECK_LEASE_MS: '600000' });
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  const received: string[] = [];
  const listener = openSql(farm.database.url);
  const [{ worker_id: workerId } = { worker_id: '' }] =
    await listener`SELECT worker_id FROM attempts WHERE job_id = ${job.id}`;
  await listener.listen(
    `renderdeck_worker_${workerId.replaceAll('-', '')}`,
    (payload) => void received.push(payload),
  );

  // On this connection pg_notify is a function that sends no notification.
  await listener.unsafe(`
    CREATE SCHEMA muted;
    CREATE FUNCTION muted.pg_notify(text, text) RETURNS void
      LANGUAGE sql AS $$ SELECT NULL::void $$`);
  const muted = connect(`${farm.database.url}?search_path=muted,pg_catalog,public`);
  expect(await cancelJob(aSystemContext(muted.db), { id: job.id, reason: null })).toMatchObject({
    ok: true,
  });
  // The worker renews its lease every five seconds, long before a third of the lease is over.
  await farm.untilJob(
    job.id,
    'received by the host',
    ({ view }) => view.receipt?.deliveredAt !== null,
    100_000,
  );
  await farm.until(job.id, 'CANCELLED');
  expect(received).toEqual([]);
  await Promise.all([muted.close(), listener.end()]);
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});

test('a render survives when the database drops every connection', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const sql = openSql(farm.database.url);
  await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  await sql.end();
  await job.release();
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job.attempts).toBe(1);
  // The daemon receives notifications again, so a new job starts before the daemon polls again.
  const next = await farm.submit();
  await farm.until(next.id, 'COMPLETED');
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});
