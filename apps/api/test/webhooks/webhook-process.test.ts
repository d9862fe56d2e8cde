/*
 * An API process that is killed between the commit of a change and the answer to its message: the
 * next process delivers it, with the same id, so a receiver that keeps ids takes it once.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFarm, type TestFarm } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';
import { openReceiver } from './webhook-receiver.ts';

const WAIT = { timeout: 60_000 };
let farm: TestFarm;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  farm = await openFarm();
  receiver = await openReceiver();
});
afterAll(async () => {
  await receiver.close();
  await farm.close();
});

test('after kill -9 the message comes again with the same id, and is taken', {
  timeout: 180_000,
}, async () => {
  const env = {
    DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    RENDERDECK_WEBHOOK_NETWORKS: '127.0.0.1',
    RENDERDECK_LOG_LEVEL: 'silent',
  };
  const killed = await startApi(env);
  const made = await fetch(`${killed.url}/api/webhooks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${farm.secretOf('ada')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name: 'desk', address: receiver.url, events: ['ended'] }),
  });
  expect(made.status).toBe(201);

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
