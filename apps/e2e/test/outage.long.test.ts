/*
 * The database is away for longer than a lease, either for the whole farm or for one host. No
 * render is lost, and no output is published twice.
 */
import { existsSync } from 'node:fs';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';

const LEASE_MS = '10000';
let farm: FarmUnderTest;
/** The proxy between the API and the database. */
let apiLine: DatabaseProxy;
/** The proxy between host one and the database. */
let line: DatabaseProxy;

beforeAll(async () => {
  const through = async (url: string) => {
    apiLine = await startDatabaseProxy(url);
    return apiLine.url;
  };
  farm = await startFarmUnderTest({ RENDERDECK_LEASE_MS: LEASE_MS }, { through });
  line = await startDatabaseProxy(await farm.database.urlAs('renderdeck_worker'));
});
afterEach(() => {
  line.restore();
  apiLine.restore();
});
afterAll(async () => {
  await farm.close();
  await line.close();
  await apiLine.close();
});

/** The worker ends with its test, so a test that fails does not make the next ones fail. */
const startOne = async (env: Readonly<Record<string, string>> = {}) => {
  const worker = await farm.startWorker('one', { DATABASE_URL: line.url, ...env });
  onTestFinished(async () => void (await worker.end()));
  return worker;
};
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
  const second = await farm.startWorker('two');
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
  await second.end();
});

test('a job claimed in a statement whose answer was lost is queued again', async () => {
  const sql = openSql(farm.database.url, 1);
  const statusOf = async (id: string) =>
    (await sql<{ status: string }[]>`select status from jobs where id = ${id}`)[0]?.status;
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
  await sql.end();
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
