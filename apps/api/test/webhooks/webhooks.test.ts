/*
 * Messages of webhooks, from a change of a job to a real receiver: signed, once for each change
 * however many API processes run, and sent again until they are taken.
 */
import { createHmac } from 'node:crypto';
import { reportOrphan } from '@renderdeck/operations';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { apiOfFile, farmOfFile, type TestApi } from '../../testing/open-farm.ts';
import { openReceiver, receiverOfFile } from './webhook-receiver.ts';

const WAIT = { timeout: 30_000 };
const LOOPBACK = { webhookNetworks: ['127.0.0.0/8'], publicUrl: 'https://desk.example/' };
const farm = farmOfFile();
const receiver = receiverOfFile();
const apis = [apiOfFile(farm, LOOPBACK), apiOfFile(farm, LOOPBACK)] as const;
let ada: ReturnType<TestApi['trpc']>;
let secret = '';

beforeAll(async () => {
  ada = apis[0].trpc('ada');
  const events = ['ended', 'notProven', 'hostSilent'] as const;
  const made = await ada.createWebhook.mutate({
    name: 'desk',
    address: receiver.url,
    events: [...events],
  });
  secret = made.secret;
});
beforeEach(() => receiver.answer(200, 'ok'));

const runningJob = async (name: string) => {
  const { job } = await farm.submit(name, 100);
  await farm.worker.claim();
  return job.id;
};
/** Of the message about a job: null while it is being sent. */
const stateOf = async (jobId: string) =>
  (
    await farm.sql`
      SELECT state, tries FROM webhook_deliveries WHERE job_id = ${jobId} AND lease IS NULL`
  )[0];

test('a job that ends is told once by two processes, with a signature of its secret', async () => {
  const id = await runningJob('Ends <once> & well');
  await farm.worker.complete(id);
  await expect.poll(() => stateOf(id), WAIT).toEqual({ state: 'delivered', tries: 1 });
  const [message, ...more] = receiver.received.filter((one) => one.message.data?.job?.id === id);
  expect(more).toEqual([]);
  expect(message?.message).toMatchObject({
    type: 'job.ended',
    url: `https://desk.example/jobs/${id}`,
    data: {
      job: { id, name: 'Ends <once> & well', status: 'COMPLETED', submittedBy: 'test' },
      stop: null,
    },
  });
  const { headers = {}, body = '' } = message ?? {};
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
});

test('a message that was not taken comes again with the same id and body', async () => {
  receiver.answer(503, 'not now', { 'retry-after': '900' });
  const id = await runningJob('Comes again');
  await farm.worker.fail(id, 'The template is missing.');
  await expect.poll(() => stateOf(id), WAIT).toEqual({ state: 'waiting', tries: 1 });
  const { deliveries } = await ada.listDeliveries.query({ jobId: id });
  expect(deliveries).toMatchObject([
    {
      type: 'job.failed',
      webhook: 'desk',
      jobName: 'Comes again',
      state: 'waiting',
      tries: [{ number: 1, status: 503, answer: 'not now', error: null }],
    },
  ]);
  // It asked for no message for so long, this one or another.
  const asked = Date.parse(deliveries[0]?.nextTryAt ?? '') - Date.now();
  expect([asked > 800_000, asked < 900_000]).toEqual([true, true]);
  receiver.answer(200);
  await ada.redeliver.mutate({ delivery: deliveries[0]?.id ?? '' });
  const again = await ada.listDeliveries.query({ jobId: id });
  expect(Date.parse(again.deliveries[0]?.nextTryAt ?? '') - Date.now()).toBeGreaterThan(800_000);
  await farm.sql`UPDATE webhooks SET paused_until = clock_timestamp()`;
  await expect.poll(() => stateOf(id), WAIT).toEqual({ state: 'delivered', tries: 2 });
  const bodies = receiver.received.filter((one) => one.message.data?.job?.id === id);
  expect(new Set(receiver.idsOf(id)).size).toBe(1);
  expect(bodies.map(({ body }) => body)).toEqual([bodies[0]?.body, bodies[0]?.body]);
});

test('after a day a message is given up, and says so', async () => {
  receiver.answer(500);
  const id = await runningJob('Is given up');
  await farm.worker.complete(id);
  await expect.poll(() => stateOf(id), WAIT).toEqual({ state: 'waiting', tries: 1 });
  await farm.sql`
    UPDATE webhook_deliveries SET give_up_at = clock_timestamp(), next_try_at = clock_timestamp()
    WHERE job_id = ${id}`;
  await expect.poll(() => stateOf(id), WAIT).toEqual({ state: 'givenUp', tries: 2 });
  expect((await ada.listWebhooks.query()).webhooks).toMatchObject([{ name: 'desk', givenUp: 1 }]);
});

test('a stop has ended only with proof; without one it is not proven, then settled', async () => {
  const proven = await runningJob('Proven');
  const cancelled = ada.cancelJob.mutate({ id: proven, waitMs: 30_000 });
  await expect
    .poll(async () => (await ada.getJob.query({ id: proven })).job.status, WAIT)
    .toBe('CANCELLING');
  await farm.worker.acknowledge(proven);
  await cancelled;
  await expect.poll(() => receiver.typesOf(proven), WAIT).toEqual(['job.ended']);

  const { job } = await farm.submit('Not proven', 100);
  const attempt = await farm.worker.claim();
  await ada.cancelJob.mutate({ id: job.id, waitMs: 0 });
  await farm.sql`UPDATE jobs SET lease_ms = 0 WHERE id = ${job.id}`;
  await expect.poll(() => receiver.typesOf(job.id), WAIT).toEqual(['stop.notProven']);
  expect(receiver.received.at(-1)?.message.data).toMatchObject({
    job: { status: 'CANCELLED' },
    stop: { outcome: 'unconfirmed', mayRunOn: [farm.worker.context.host] },
  });
  await reportOrphan(farm.worker.context, { attempt, reports: farm.worker.reports });
  await expect
    .poll(() => receiver.typesOf(job.id), WAIT)
    .toEqual(['stop.notProven', 'stop.settled']);
  expect(receiver.received.at(-1)?.message.data).toMatchObject({
    stop: { outcome: 'cancelled', mayRunOn: [] },
  });
});

test('a stop that is not proven in time is told while its host still holds the job', async () => {
  const id = await runningJob('Takes long');
  await ada.cancelJob.mutate({ id, waitMs: 0 });
  await farm.sql`
    UPDATE jobs SET stop_requested_at = clock_timestamp() - interval '31 seconds' WHERE id = ${id}`;
  await expect.poll(() => receiver.typesOf(id), WAIT).toEqual(['stop.notProven']);
  await farm.worker.acknowledge(id);
  await expect.poll(() => receiver.typesOf(id), WAIT).toEqual(['stop.notProven', 'stop.settled']);
});

test('a silence of a host is told once, and a later one again', async () => {
  await farm.signOn('ae-07');
  const silences = () =>
    receiver.received.filter(({ message }) => message.type === 'host.silent').length;
  const silence = (minutes: number) => farm.sql`
    UPDATE render_hosts SET lease_ms = 100,
      last_heard_at = clock_timestamp() - make_interval(mins => ${minutes}) WHERE name = 'ae-07'`;
  await silence(2);
  await expect.poll(silences, WAIT).toBe(1);
  await silence(1);
  await expect.poll(silences, WAIT).toBe(2);
  expect(receiver.received.at(-1)?.message.data).toMatchObject({
    host: { name: 'ae-07', jobs: [] },
  });
});

test('410 disables the webhook; a redirect is not followed', async () => {
  receiver.answer(302, '', { location: `${receiver.url}/else` });
  const { delivery } = await ada.testWebhook.mutate({ name: 'desk' });
  expect(delivery).toMatchObject({ type: 'webhook.test', state: 'givenUp', tried: 1 });
  expect(delivery.tries).toMatchObject([{ status: 302 }]);
  receiver.answer(410);
  const id = await runningJob('Gone');
  await farm.worker.complete(id);
  await expect
    .poll(async () => (await ada.listWebhooks.query()).webhooks[0]?.disabled?.reason, WAIT)
    .toMatch(/410/);
  await ada.updateWebhook.mutate({ name: 'desk', disabled: false });
});

test('a filter leaves out what does not fit, and Slack reads no markup in a name', async () => {
  const chat = await openReceiver();
  await ada.createWebhook.mutate({
    name: 'chat',
    address: chat.url,
    events: ['failed'],
    namePart: 'SPOT',
    shape: 'slack',
  });
  const id = await runningJob('spot <!channel> & more');
  await farm.worker.fail(id, 'Layer is missing.');
  await farm.worker.fail(await runningJob('intro'), 'Layer is missing.');
  await expect
    .poll(() => chat.received.map(({ message }) => message.text), WAIT)
    .toEqual([
      `Failed: spot &lt;!channel&gt; &amp; more on ${farm.worker.context.host}. ` +
        `Layer is missing. Submitted by test. <https://desk.example/jobs/${id}|Open>`,
    ]);
  await ada.deleteWebhook.mutate({ name: 'chat' });
  await chat.close();
});
