import { randomUUID } from 'node:crypto';
import type { Sql } from '@renderdeck/testing/open-sql';
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import { rate } from '../numbers.ts';
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

/** BullMQ on its PostgreSQL backend, with its default settings. */
export async function openBullmq(connectionString: string, sql: Sql): Promise<Contender> {
  const connection = { connectionString, max: 8, migrate: true };
  const queue = new Queue(QUEUE, { connection }, createPostgresBackend);
  const options = { connection, autorun: false };
  const worker = new Worker(QUEUE, null, options, createPostgresBackend);
  queue.on('error', () => {});
  worker.on('error', () => {});
  await queue.waitUntilReady();
  const token = randomUUID();
  // In BullMQ smaller numbers run first, but a job with 0 runs before all others.
  const opts = (priority: number) => ({ priority: 101 - priority });
  const many = (count: number, priority: () => number) =>
    queue.addBulk(
      Array.from({ length: count }, () => ({
        name: QUEUE,
        data: PAYLOAD,
        opts: opts(priority()),
      })),
    );
  const jobOf = async (id: string) => {
    const job = await queue.getJob(id);
    if (job === undefined) throw new Error(`BullMQ has no job ${id}`);
    return job;
  };

  async function completeOne(): Promise<void> {
    const job = await worker.getNextJob(token, { block: false });
    if (job === undefined) throw new Error('BullMQ has no job to give');
    await job.moveToCompleted('', token, false);
  }

  return {
    name: `BullMQ ${await versionOf('bullmq')} on PostgreSQL`,
    fill: (jobs) => inBatches(jobs, (count) => many(count, anyPriority)),
    submit: async () => String((await queue.add(QUEUE, PAYLOAD, opts(50))).id),
    async submitMany(jobs) {
      await many(jobs, () => 50);
    },
    async complete(jobs) {
      await rate(jobs, CLIENTS, completeOne);
    },
    async find(place, jobs) {
      const [all] = await sql`SELECT count(*)::int AS n FROM bullmq.job
        WHERE queue = ${QUEUE} AND state = 'waiting'`;
      const rows = await sql`SELECT id FROM bullmq.job
        WHERE queue = ${QUEUE} AND state = 'waiting' ORDER BY priority, seq
        LIMIT ${jobs} OFFSET ${offsetOf(place, Number(all?.n), jobs)}`;
      return rows.map(({ id }) => String(id));
    },
    setPriority: async (id, priority) => (await jobOf(id)).changePriority(opts(priority)),
    cancel: async (id) => (await jobOf(id)).remove(),
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}
