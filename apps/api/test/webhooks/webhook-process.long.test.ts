/*
 * Messages of real API processes. One is killed between the commit of a change and the answer to
 * its message: the next process delivers it, with the same id. And two of them tell once that the
 * queue is stuck, after a restart and a clock that jumps.
 */
import { expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';
import { receiverOfFile } from './webhook-receiver.ts';

const WAIT = { timeout: 60_000 };
const farm = farmOfFile();
const receiver = receiverOfFile();

const anApi = async () => ({
  DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
  RENDERDECK_WEBHOOK_NETWORKS: '127.0.0.1',
  RENDERDECK_LOG_LEVEL: 'silent',
});
async function addWebhook(api: Awaited<ReturnType<typeof startApi>>, name: string, event: string) {
  const webhook = { name, address: receiver.url, events: [event] };
  const made = await api.ask(farm.secretOf('ada'), 'POST', '/api/webhooks', webhook);
  expect(made.status).toBe(201);
}

test('after kill -9 the message comes again with the same id, and is taken', {
  timeout: 180_000,
}, async () => {
  const env = await anApi();
  const killed = await startApi(env);
  await addWebhook(killed, 'desk', 'ended');

  receiver.answerNothing();
  const { job } = await farm.submit('Told twice', 100);
  await farm.worker.claim();
  await farm.worker.complete(job.id);
  await expect.poll(() => receiver.idsOf(job.id).length, WAIT).toBe(1);
  expect(await killed.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });

  receiver.answer(200);
  const next = await startApi(env);
  // Its lease is over.
  await farm.sql`UPDATE webhook_deliveries SET next_try_at = clock_timestamp()`;
  const state = async () =>
    (await farm.sql`SELECT state, tries FROM webhook_deliveries WHERE job_id = ${job.id}`)[0];
  await expect.poll(state, WAIT).toEqual({ state: 'delivered', tries: 2 });
  const [first, ...again] = receiver.idsOf(job.id);
  expect(again).toEqual([first]);
  await next.end();
});

test('a stuck queue is told once by two processes, and once that it goes on', {
  timeout: 180_000,
}, async () => {
  const env = await anApi();
  const first = await startApi(env);
  await addWebhook(first, 'night', 'queueStuck');
  const { job } = await farm.submit('Waits', 100);
  const stall = async () =>
    (
      await farm.sql<{ seconds: number; age: number }[]>`
        SELECT seen_ms / 1000.0 AS seconds,
          abs(extract(epoch FROM clock_timestamp() - seen_at))::float8 AS age FROM queue_stalls`
    )[0] ?? { seconds: 0, age: 0 };
  const secondsSeen = async () => Number((await stall()).seconds);
  await expect.poll(secondsSeen, WAIT).toBeGreaterThan(1);
  // The clock of the database goes on by an hour, and back by two.
  for (const hours of [-1, 2]) {
    await farm.sql`UPDATE queue_stalls SET seen_at = seen_at + ${hours} * interval '1 hour'`;
    await expect.poll(async () => (await stall()).age, WAIT).toBeLessThan(60);
  }
  expect(await secondsSeen()).toBeLessThan(300);
  await first.end('SIGKILL');

  await farm.sql`UPDATE queue_stalls SET seen_ms = 599999`;
  const both = await Promise.all([startApi(env), startApi(env)]);
  const told = () => receiver.received.filter(({ message }) => message.type?.startsWith('queue.'));
  await expect.poll(() => told().length, WAIT).toBe(1);
  expect(told()[0]?.message).toMatchObject({
    type: 'queue.stuck',
    data: { queue: { waiting: 1, rendering: 0 } },
  });
  // Each process has looked again by then.
  await expect.poll(secondsSeen, WAIT).toBeGreaterThan(605);
  const listed = await both[0].ask(farm.secretOf('ada'), 'GET', '/api/hosts');
  expect(JSON.parse(listed.text)).toMatchObject({
    told: { silentHosts: [], queueStuckSince: told()[0]?.message.data?.queue?.since },
  });
  await farm.worker.claim();
  await expect.poll(() => told().length, WAIT).toBe(2);
  expect(told()[1]?.message).toMatchObject({
    type: 'queue.settled',
    data: { queue: { waiting: 0, rendering: 1 } },
  });
  await farm.worker.complete(job.id);
  await Promise.all(both.map((one) => one.end()));
  expect(told()).toHaveLength(2);
});
