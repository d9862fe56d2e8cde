/*
 * How many connections to the database a worker holds, and what a statement that takes long delays:
 * no renewal and no proof. PostgreSQL itself counts the connections.
 */
import { listHostsOutput } from '@renderdeck/contract';
import { waitFor } from '@renderdeck/testing/wait-for';
import { watchConnections } from '@renderdeck/testing/watch-connections';
import { expect, onTestFinished, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile({ RENDERDECK_LEASE_MS: '300000', RENDERDECK_SLOTS: '2' });

async function startRender(project: object = SLOW) {
  const job = await farm.submit({ project });
  return { ...job, attempt: await farm.untilPhase(job.id, 'rendering') };
}
const renewalsOf = async (id: string): Promise<number> =>
  (await farm.sql<{ n: number }[]>`select lease_renewals::int as n from jobs where id = ${id}`)[0]
    ?.n ?? 0;
async function untilRenewed(id: string, times = 2): Promise<void> {
  const before = await renewalsOf(id);
  await waitFor(async () => (await renewalsOf(id)) >= before + times, {
    what: `the lease of ${id} to be renewed ${times} times`,
  });
}
/** Waits until a statement with this text waits for what the test holds. */
const untilWaits = (text: string, event: string) =>
  waitFor(
    async () =>
      (
        await farm.sql`select from pg_stat_activity where datname = current_database()
          and state = 'active' and wait_event_type = ${event} and query ilike ${`%${text}%`}`
      ).length > 0,
    { what: `a statement with ${text} to wait` },
  );

test('a worker holds two connections while it is idle, and three while it renders', async () => {
  const connections = watchConnections(farm.sql, 'renderdeck worker counted');
  onTestFinished(connections.stop);
  await farm.startWorker('counted');
  const heard = async () =>
    (
      await farm.sql<{ at: Date }[]>`select last_heard_at as at from render_hosts
      where name = 'counted'`
    )[0]?.at.getTime() ?? 0;
  const first = await heard();
  await waitFor(async () => (await heard()) > first, { what: 'a heartbeat' });
  expect(await connections.read()).toEqual({ listen: 1, statements: 1 });
  expect(connections.most()).toEqual({ listen: 1, statements: 1 });

  const jobs = [await startRender(), await startRender()];
  for (const { id } of jobs) await untilRenewed(id);
  expect(await connections.read()).toEqual({ listen: 1, statements: 1, renders: 1 });
  const { database } = listHostsOutput.parse((await farm.send('GET', '/hosts')).body);
  expect(database).toMatchObject({ apis: 1, directHosts: 1, renderingHosts: 1 });
  expect(database?.openConnections).toBeLessThan(database?.maxConnections ?? 0);
  for (const { id } of jobs) await farm.cancel(id, '?waitMs=30000');
  await waitFor(async () => (await connections.read()).renders === undefined, {
    what: 'the third connection to close',
  });
  await farm.until((await farm.submit()).id, 'COMPLETED');
  expect(connections.most()).toEqual({ listen: 1, statements: 1, renders: 1 });
});

test('a log write that takes long delays no renewal and no proof of a stop', async () => {
  await farm.startWorker('logging');
  const job = await startRender();
  const sleep = (seconds: number) =>
    `create or replace function sleep() returns trigger language plpgsql
      as $$ begin perform pg_sleep(${seconds}); return new; end $$`;
  await farm.sql.unsafe(`${sleep(600)};
    create trigger sleep before insert on attempt_log for each row execute function sleep()`);
  await untilWaits('attempt_log', 'Timeout');
  await untilRenewed(job.id);
  const { receipt } = await farm.cancel(job.id, '?waitMs=60000');
  expect(receipt).toMatchObject({ outcome: 'cancelled', host: 'logging' });
  await untilWaits('attempt_log', 'Timeout');
  await farm.sql.unsafe(sleep(0));
  await farm.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`;
});

test('the end of a render that waits for a lock delays no renewal of another one', async () => {
  await farm.startWorker('locked');
  const ending = await farm.submit({ held: true });
  const other = await startRender();
  await farm.untilPhase(ending.id, 'rendering');
  const held = await farm.sql.reserve();
  onTestFinished(() => held.release());
  await held`begin`;
  await held`select from jobs where id = ${ending.id} for update`;
  await ending.release();
  await untilWaits('update jobs', 'Lock');
  await untilRenewed(other.id);
  expect((await farm.readJob(other.id)).view.job).toMatchObject({
    status: 'RENDERING',
    attempts: 1,
  });
  await held`rollback`;
  await farm.until(ending.id, 'COMPLETED');
  await farm.cancel(other.id, '?waitMs=30000');
});
