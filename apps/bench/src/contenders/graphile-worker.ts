import type { Sql } from '@renderdeck/testing/open-sql';
import { Logger, makeWorkerUtils, type Runner, run } from 'graphile-worker';
import { Pool } from 'pg';
import {
  anyPriority,
  CLIENTS,
  type Contender,
  inBatches,
  offsetOf,
  PAYLOAD,
  QUEUE,
  versionOf,
} from './contender.ts';

const logger = new Logger(() => () => {});

/**
 * graphile-worker with its default settings. It has no call that claims one job, so its own runner
 * claims and finishes the jobs. The handlers wait at a gate, and each round lets some through.
 */
export async function openGraphileWorker(connectionString: string, sql: Sql): Promise<Contender> {
  const callers = openPool(connectionString, 8);
  const workers = openPool(connectionString, CLIENTS + 2);
  const utils = await makeWorkerUtils({ pgPool: callers, logger });
  await utils.migrate();
  const gate = createGate();
  let runner: Runner | null = null;

  async function startRunner(): Promise<Runner> {
    const started = await run({
      ...{ pgPool: workers, logger, concurrency: CLIENTS, noHandleSignals: true },
      taskList: { [QUEUE]: gate.pass },
    });
    started.events.on('job:complete', gate.finish);
    return started;
  }
  // In graphile-worker smaller numbers run first.
  const spec = (priority: number) => ({
    identifier: QUEUE,
    payload: PAYLOAD,
    priority: 100 - priority,
  });

  return {
    name: `graphile-worker ${await versionOf('graphile-worker')}`,
    fill: (jobs) =>
      inBatches(jobs, (count) =>
        utils.addJobs(Array.from({ length: count }, () => spec(anyPriority()))),
      ),
    submit: async () => (await utils.addJob(QUEUE, PAYLOAD, { priority: 50 })).id,
    async submitMany(jobs) {
      await utils.addJobs(Array.from({ length: jobs }, () => spec(50)));
    },
    async complete(jobs) {
      runner ??= await startRunner();
      await gate.letThrough(jobs);
    },
    async find(place, jobs) {
      const [all] = await sql`SELECT count(*)::int AS n FROM graphile_worker._private_jobs`;
      const rows = await sql`SELECT id::text FROM graphile_worker._private_jobs
        WHERE locked_at IS NULL ORDER BY priority, run_at, id
        LIMIT ${jobs} OFFSET ${offsetOf(place, Number(all?.n), jobs + CLIENTS)}`;
      return rows.map(({ id }) => String(id));
    },
    setPriority: (id, priority) => utils.rescheduleJobs([id], { priority: 100 - priority }),
    cancel: (id) => utils.completeJobs([id]),
    async close() {
      gate.open();
      await runner?.stop();
      await utils.release();
      await Promise.all([closePool(workers), closePool(callers)]);
    },
  };
}

/** Holds handlers back until a round lets some of them through. */
function createGate() {
  let left = 0;
  let finished = 0;
  const waiting: (() => void)[] = [];
  let onFinished: () => void = () => {};
  return {
    /** A handler waits here. */
    async pass(): Promise<void> {
      while (left === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      left -= 1;
    },
    /** Counts a job as finished. */
    finish(): void {
      finished += 1;
      onFinished();
    },
    /** Lets `count` handlers through, and waits until as many jobs have finished. */
    async letThrough(count: number): Promise<void> {
      finished = 0;
      const all = new Promise<void>((resolve) => {
        onFinished = () => {
          if (finished === count) resolve();
        };
      });
      left = count;
      for (const resolve of waiting.splice(0)) resolve();
      await all;
    },
    /** From now on, lets every handler through. */
    open(): void {
      left = Number.POSITIVE_INFINITY;
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}

/**
 * Opens the connections for graphile-worker, which does not wait when it closes its own. The
 * default maximum of pg is 10.
 */
export function openPool(connectionString: string, max?: number): Pool {
  const pool = new Pool({ connectionString, max });
  // Without a listener, a connection that breaks would end this process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * Resolves after the database has answered everything that was sent. Call it after the runner has
 * stopped, because graphile-worker does not wait for the answer to the end of a job.
 */
export async function closePool(pool: Pool): Promise<void> {
  while (pool.waitingCount > 0 || pool.idleCount < pool.totalCount) {
    await new Promise((resolve) => pool.once('release', resolve));
  }
  await pool.end();
}
