import type { Sql } from '@renderdeck/testing/open-sql';
import { PgBoss } from 'pg-boss';
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

/** pg-boss with its default settings, but without its clock for recurring jobs. */
export async function openPgBoss(connectionString: string, sql: Sql): Promise<Contender> {
  const boss = new PgBoss({ connectionString, schedule: false, max: 8 });
  // Without a listener, a warning would end this process.
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(QUEUE);
  const many = (count: number, priority: () => number) =>
    boss.insert(
      QUEUE,
      Array.from({ length: count }, () => ({ data: PAYLOAD, priority: priority() })),
    );

  async function completeOne(): Promise<void> {
    const [job] = await boss.fetch(QUEUE);
    if (job === undefined) throw new Error('pg-boss has no job to give');
    await boss.complete(QUEUE, job.id);
  }

  return {
    name: `pg-boss ${await versionOf('pg-boss')}`,
    fill: (jobs) => inBatches(jobs, (count) => many(count, anyPriority)),
    submit: async () => String(await boss.send(QUEUE, PAYLOAD, { priority: 50 })),
    async submitMany(jobs) {
      await many(jobs, () => 50);
    },
    async complete(jobs) {
      await rate(jobs, CLIENTS, completeOne);
    },
    async find(place, jobs) {
      const [all] = await sql`SELECT count(*)::int AS n FROM pgboss.job
        WHERE name = ${QUEUE} AND state = 'created'`;
      const rows = await sql`SELECT id::text FROM pgboss.job
        WHERE name = ${QUEUE} AND state = 'created' ORDER BY priority DESC, created_on, id
        LIMIT ${jobs} OFFSET ${offsetOf(place, Number(all?.n), jobs)}`;
      return rows.map(({ id }) => String(id));
    },
    setPriority: (id, priority) => boss.update(QUEUE, undefined, { id, priority }),
    cancel: (id) => boss.cancel(QUEUE, id),
    close: () => boss.stop({ graceful: false }),
  };
}
