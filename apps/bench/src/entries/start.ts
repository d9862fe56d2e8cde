/*
 * The time from the submission of a job to its start, with an idle worker and an empty queue. For
 * Renderdeck, a real daemon runs in its own process, and the start is the claim by the database's
 * clock. The workers of the other programs run in this process, and the start is the first line of
 * their handler.
 */
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import { Logger, run } from 'graphile-worker';
import { PgBoss } from 'pg-boss';
import type { BenchFarm } from '../bench-farm.ts';
import { PAYLOAD, QUEUE, versionOf } from '../contenders/contender.ts';
import { closePool, openPool } from '../contenders/graphile-worker.ts';
import { compare, type Finding, timed } from '../finding.ts';
import { submit, untilJob } from '../jobs.ts';
import { median } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';
import { type Side, takeTurns } from '../take-turns.ts';

const MOST_OF_GRAPHILE = 1.5;
const SAMPLE = { frames: 1, frameMs: 1, launchMs: 1 } as const;
const now = () => performance.timeOrigin + performance.now();

/** `submit` resolves after the handler has started. It returns when that was, in ms. */
type Starter = { readonly name: string; start(): Promise<number>; close(): Promise<unknown> };

export async function measureStart(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const starters: Starter[] = [
    await renderdeckStarter(farm),
    await graphileStarter(farm),
    await bossStarter(farm),
    await bullmqStarter(farm),
  ];
  const rowOf = ({ name }: Starter) => `submitted → started: ${name}`;
  const sides: Side[] = starters.map((starter) => ({
    what: rowOf(starter),
    async measure() {
      const submittedAt = now();
      return (await starter.start()) - submittedAt;
    },
  }));
  const taken = await takeTurns(sides, { rounds: sizes.renders, warmUp: 2 });
  for (const { close } of starters) await close();
  const [, graphile] = sides;
  return sides.map(({ what }, index) => {
    const ratio = median(taken(what)) / median(taken(graphile?.what ?? ''));
    const target = index === 0 ? { most: MOST_OF_GRAPHILE } : {};
    return timed(what, taken(what), index === 1 ? {} : compare(ratio, 'graphile-worker', target));
  });
}

async function renderdeckStarter(farm: BenchFarm): Promise<Starter> {
  const database = await farm.database();
  const worker = await farm.worker(database);
  const nexrenderJob = await farm.sample(SAMPLE);
  return {
    name: 'Renderdeck',
    async start() {
      const id = await submit(database, nexrenderJob);
      await untilJob(database, id, 'completed', ({ status }) => status === 'COMPLETED');
      const [row] = await database.sql`
        SELECT extract(epoch FROM created_at)::float8 * 1000 AS at FROM attempts
        WHERE job_id = ${id}`;
      return Number(row?.at);
    },
    close: () => worker.end(),
  };
}

/** Resolves with the time at which the handler runs. */
function createStart() {
  let onStart: (at: number) => void = () => {};
  return {
    handler: async () => onStart(now()),
    next: () =>
      new Promise<number>((resolve) => {
        onStart = resolve;
      }),
  };
}

async function graphileStarter(farm: BenchFarm): Promise<Starter> {
  const { url: connectionString } = await farm.emptyDatabase();
  const { handler, next } = createStart();
  const pool = openPool(connectionString);
  const runner = await run({
    ...{ pgPool: pool, logger: new Logger(() => () => {}), noHandleSignals: true },
    taskList: { [QUEUE]: handler },
  });
  return {
    name: `graphile-worker ${await versionOf('graphile-worker')}`,
    async start() {
      const started = next();
      await runner.addJob(QUEUE, PAYLOAD);
      return await started;
    },
    async close() {
      await runner.stop();
      await closePool(pool);
    },
  };
}

async function bossStarter(farm: BenchFarm): Promise<Starter> {
  const { url: connectionString } = await farm.emptyDatabase();
  const { handler, next } = createStart();
  const boss = new PgBoss({ connectionString, schedule: false, useListenNotify: true });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  await boss.work(QUEUE, handler);
  return {
    name: `pg-boss ${await versionOf('pg-boss')} with LISTEN`,
    async start() {
      const started = next();
      await boss.send(QUEUE, PAYLOAD);
      return await started;
    },
    close: () => boss.stop({ graceful: false }),
  };
}

async function bullmqStarter(farm: BenchFarm): Promise<Starter> {
  const { url: connectionString } = await farm.emptyDatabase();
  const connection = { connectionString, migrate: true };
  const { handler, next } = createStart();
  const queue = new Queue(QUEUE, { connection }, createPostgresBackend);
  await queue.waitUntilReady();
  const worker = new Worker(QUEUE, handler, { connection }, createPostgresBackend);
  queue.on('error', () => {});
  worker.on('error', () => {});
  await worker.waitUntilReady();
  return {
    name: `BullMQ ${await versionOf('bullmq')} on PostgreSQL`,
    async start() {
      const started = next();
      await queue.add(QUEUE, PAYLOAD);
      return await started;
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}
