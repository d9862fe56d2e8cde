/*
 * The database is away: for a moment, or for longer than a lease, for the whole farm or for one
 * host. No render is lost, no output is published twice, and nothing hangs.
 */
import { existsSync } from 'node:fs';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { farmOfFile, lineOfFile } from './farm/farm-of-file.ts';
import { holdJob } from './hold-job.ts';
import { holdWrite } from './hold-write.ts';

const LEASE_MS = '10000';
/** The proxy between the API and the database. */
let apiLine: DatabaseProxy;
afterAll(() => apiLine.close());
const farm = farmOfFile(
  { RENDERDECK_LEASE_MS: LEASE_MS },
  {
    async through(databaseUrl) {
      apiLine = await startDatabaseProxy(databaseUrl);
      return apiLine.url;
    },
  },
);
/** The proxy between host one and the database. */
const line = lineOfFile(farm);
afterEach(() => apiLine.restore());

const startOne = (env: Readonly<Record<string, string>> = {}) =>
  farm.startWorker('one', { DATABASE_URL: line.url, ...env });
const treeOf = async (jobId: string, number: number) => {
  const attempt = (await farm.readJob(jobId)).attempts.find((one) => one.number === number);
  return attempt === undefined ? [] : await farm.processes(attempt.id);
};
/** Finds the root process of the tree. By the publish gate, aerender has ended. */
const nexrenderOf = async (jobId: string) =>
  (await treeOf(jobId, 1)).find(({ name }) => name === 'nexrender');
/**
 * So many frames render for longer than a lease. Only the stand-in counts this time, not the farm.
 */
const LONGER_THAN_A_LEASE = { frames: 800, frameMs: 20 } as const;

test.each(['cut', 'silence'] as const)(
  'an outage of the whole farm (%s), longer than a lease, ends no render and costs no attempt',
  async (how) => {
    const worker = await startOne();
    const job = await farm.submit({ project: LONGER_THAN_A_LEASE });
    await farm.untilPhase(job.id, 'rendering');
    const before = await nexrenderOf(job.id);
    expect(before).toBeDefined();
    line[how]();
    apiLine[how]();
    // The outage lasts until the render has reached its publish gate, about 16 s.
    await waitFor(() => worker.said().includes('database did not take it, trying again'), {
      what: 'the render to wait at its publish gate',
      withinMs: 120_000,
    });
    expect(await nexrenderOf(job.id)).toEqual(before);
    expect(existsSync(job.output)).toBe(false);
    line.restore();
    apiLine.restore();
    expect((await farm.until(job.id, 'COMPLETED', 120_000)).view.job).toMatchObject({
      attempts: 1,
      failure: null,
    });
    expect(existsSync(job.output)).toBe(true);
    // The loops met the outage again and again. It was told in a few lines, without a stack.
    const told = worker.said().match(/"msg":"The database [^"]* This worker tries again\."/g) ?? [];
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(8);
    // The lease loop logs this line. The render does not wait for that loop.
    await waitFor(
      () => /"errorsLeftOut":[1-9]\d*,"msg":"the database answers again"/.test(worker.said()),
      { what: 'the worker to say that the database answers', withinMs: 120_000 },
    );
    expect(worker.said()).not.toMatch(/"stack".*"msg":"leases were not renewed"/);
  },
);

test('a host that lost its job while cut off ends the render at the first answer', async () => {
  await startOne();
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  line.cut();
  await farm.endLease('one');
  await farm.startWorker('two');
  await farm.untilJob(job.id, 'rendering on two', ({ attempts: [latest] }) => {
    return latest?.number === 2 && latest.phase === 'rendering';
  });
  // For a while, two trees render one job.
  expect(await treeOf(job.id, 1)).not.toEqual([]);
  expect(await treeOf(job.id, 2)).not.toEqual([]);
  line.restore();
  await waitFor(async () => (await treeOf(job.id, 1)).length === 0, {
    what: 'the tree of the lost attempt to end',
    withinMs: 120_000,
  });
  await job.release();
  expect((await farm.until(job.id, 'COMPLETED', 240_000)).view.job).toMatchObject({ attempts: 2 });
  const { attempts } = await farm.untilJob(job.id, 'confirmed', (found) =>
    found.attempts.every(({ confirmedAt }) => confirmedAt !== null),
  );
  expect(attempts.map(({ outcome, output }) => [outcome, output])).toEqual([
    ['completed', 'published'],
    ['lost', 'none'],
  ]);
});

test('a job claimed in a statement whose answer was lost is queued again', async () => {
  const statusOf = async (id: string) =>
    (await farm.sql<{ status: string }[]>`select status from jobs where id = ${id}`)[0]?.status;
  const worker = await startOne();
  const first = await farm.submit();
  const second = await farm.submit();
  // This text occurs in the statement that ends a job and claims the next one (changeJobAndClaim).
  line.loseAnswerTo('from job left join (claimed');
  await waitFor(async () => (await statusOf(second.id)) === 'RENDERING', {
    what: 'the second job to be claimed with the end of the first',
    withinMs: 120_000,
  });
  expect(await statusOf(first.id)).toBe('COMPLETED');
  expect(worker.said()).not.toContain(second.id);
  line.cut();
  line.restore();
  expect((await farm.until(second.id, 'COMPLETED', 240_000)).view.job).toMatchObject({
    attempts: 2,
    output: 'published',
  });
  const { attempts } = await farm.readJob(second.id);
  expect(attempts.map(({ outcome, output }) => [outcome, output])).toEqual([
    ['completed', 'published'],
    ['lost', 'none'],
  ]);
  expect(await farm.readJob(first.id)).toMatchObject({
    view: { job: { status: 'COMPLETED', output: 'published', attempts: 1 } },
    attempts: [{ outcome: 'completed' }],
  });
});

test('an outage longer than the outage limit ends the render', async () => {
  const worker = await startOne({ RENDERDECK_OUTAGE_LIMIT_MS: '4000' });
  const job = await farm.submit({ project: { frames: 6000, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  line.cut();
  await waitFor(async () => (await treeOf(job.id, 1)).length === 0, {
    what: 'the render to be ended',
    withinMs: 120_000,
  });
  expect(worker.said()).toContain('longer than the outage limit');
  line.restore();
  await farm.cancel(job.id, '?waitMs=0');
  await farm.until(job.id, 'CANCELLED', 120_000);
});

test('a short failure before the scratch folder is recorded costs no attempt', async () => {
  const hold = await holdWrite(farm.database.url, 'scratch_path');
  await startOne({ RENDERDECK_LEASE_MS: '300000' });
  const job = await farm.submit();
  await hold.untilHeld();
  await hold.lose();
  expect((await farm.until(job.id, 'COMPLETED')).view.job).toMatchObject({
    failure: null,
    attempts: 1,
  });
});

test('a short failure at the publish gate costs no attempt', async () => {
  await startOne({ RENDERDECK_LEASE_MS: '300000' });
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  const held = await holdJob(farm.database.url, job.id);
  await job.release();
  await held.waiting('update jobs set', 1);
  await farm.sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await held.release();
  expect((await farm.until(job.id, 'COMPLETED')).view.job).toMatchObject({
    failure: null,
    attempts: 1,
    output: 'published',
  });
  expect(existsSync(job.output)).toBe(true);
});

test('SIGTERM while the database is away ends the render and the daemon', async () => {
  const worker = await startOne({
    RENDERDECK_LEASE_MS: '300000',
    RENDERDECK_DRAIN_LIMIT_MS: '2000',
  });
  const job = await farm.submit({ project: { frames: 1500, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  line.cut();
  worker.signal('SIGTERM');
  await farm.untilNoProcess();
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  line.restore();
  await farm.cancel(job.id);
  await startOne({ RENDERDECK_LEASE_MS: '300000' });
  await farm.until(job.id, 'CANCELLED');
});

test('a render survives when the database drops every connection', async () => {
  await startOne({ RENDERDECK_LEASE_MS: '300000' });
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  await farm.sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  await job.release();
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job.attempts).toBe(1);
  // The daemon receives notifications again, so a new job starts before the daemon polls again.
  const next = await farm.submit();
  await farm.until(next.id, 'COMPLETED');
});
