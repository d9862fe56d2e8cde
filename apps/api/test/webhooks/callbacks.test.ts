/*
 * The callback of a job, from a submission by a submitter to a real receiver: signed, and sent
 * again until it is taken.
 */

import { Webhook } from 'standardwebhooks';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';
import { receiverOfFile } from './webhook-receiver.ts';

const WAIT = { timeout: 60_000 };
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const farm = farmOfFile();
const receiver = receiverOfFile();
const api = apiOfFile(farm, { webhookNetworks: ['127.0.0.0/8'] });
beforeAll(async () => {
  await farm.signOn();
});
beforeEach(() => receiver.answer(200, 'ok'));

const messagesOf = (id: string) =>
  receiver.received.filter(({ message }) => message.data?.job?.id === id);
const stateOf = async (id: string) =>
  (
    await farm.sql`
      SELECT state, tries FROM webhook_deliveries WHERE job_id = ${id} AND lease IS NULL`
  )[0];
const jobs = async () => (await farm.sql`SELECT count(*)::int AS count FROM jobs`)[0]?.['count'];
/** Submits over REST as a submitter. */
const submit = (callback: object, more: object = {}, headers: Record<string, string> = {}) =>
  api.send('sam', 'POST', '/api/jobs', { job: NEXRENDER_JOB, callback, ...more }, headers);

test('a job is told by the client of a submitter, again with the same id after a 503', async () => {
  receiver.answer(503, 'not now');
  const { job, callback } = await api.trpc('sam').submitJob.mutate({
    job: NEXRENDER_JOB,
    callback: { url: receiver.url, secret: SECRET },
  });
  expect(callback).toBeUndefined();
  await farm.worker.claim();
  await farm.worker.complete(job.id);
  await expect.poll(() => stateOf(job.id), WAIT).toEqual({ state: 'waiting', tries: 1 });
  receiver.answer(200);
  await farm.sql`
    UPDATE webhook_deliveries SET next_try_at = clock_timestamp() WHERE job_id = ${job.id}`;
  await expect.poll(() => stateOf(job.id), WAIT).toEqual({ state: 'delivered', tries: 2 });
  const [first, second, ...more] = messagesOf(job.id);
  expect(more).toEqual([]);
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  for (const { body, headers } of messagesOf(job.id)) {
    expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
      ...{ id: headers['webhook-id'], type: 'job.ended' },
      data: { job: { id: job.id, status: 'COMPLETED', submittedBy: 'sam-bot' }, stop: null },
    });
  }
  const ada = api.trpc('ada');
  const { deliveries } = await ada.listDeliveries.query({ jobId: job.id });
  expect(deliveries).toMatchObject([{ webhook: null, type: 'job.ended', state: 'delivered' }]);
  await ada.redeliver.mutate({ delivery: deliveries[0]?.id ?? '' });
  await expect.poll(() => stateOf(job.id), WAIT).toEqual({ state: 'delivered', tries: 3 });
});

test('without a secret one is made, which only the same submission shows again', async () => {
  const key = { 'idempotency-key': 'a key of this test' };
  const made = await submit({ url: receiver.url }, {}, key);
  expect(made).toMatchObject({
    status: 201,
    body: { callback: { secret: expect.stringMatching(/^whsec_/) } },
  });
  const again = await submit({ url: receiver.url }, {}, key);
  const { job, callback } = JSON.parse(JSON.stringify(made.body));
  // The answer to a new job does not say when it will start.
  expect(again).toMatchObject({ body: { callback, job: { ...job, estimate: expect.anything() } } });
  await api.trpc('ada').cancelJob.mutate({ id: job.id, waitMs: 0 });
  await expect.poll(() => stateOf(job.id), WAIT).toMatchObject({ state: 'delivered' });
  const [message] = messagesOf(job.id);
  expect(new Webhook(callback.secret).verify(message?.body ?? '', message?.headers ?? {})).toEqual(
    expect.objectContaining({ type: 'job.ended' }),
  );
});

test.each([
  [
    { url: 'http://10.0.0.7/told' },
    'address_refused',
    /^callback\.url: 10\.0\.0\.7 is in a private/,
  ],
  [{ url: 'http://[::1]/' }, 'address_refused', /^callback\.url: ::1 is in a private network/],
  [{ url: 'ftp://desk.example/' }, 'invalid_input', /callback\.url: An address is a URL with http/],
  [{ url: 'http://a:b@desk.example/' }, 'invalid_input', /callback\.url: .*without a user/],
  [
    { url: 'https://desk.example/', secret: 'too short' },
    'invalid_input',
    /A secret of a callback/,
  ],
  [{ address: 'https://desk.example/' }, 'invalid_input', /callback/],
])('the callback %j is refused: %s, and nothing is saved', async (callback, code, sentence) => {
  const before = await jobs();
  const { status, body } = await submit(callback);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code, detail: expect.stringMatching(sentence) });
  expect(await jobs()).toBe(before);
});

test('a submission with a uid needs its own secret, because anybody may repeat it', async () => {
  const callback = { url: receiver.url };
  expect(await submit(callback, { uid: 'told-1' })).toMatchObject({
    ...{ status: 400, body: { code: 'invalid_input' } },
  });
  const { body } = await submit({ ...callback, secret: SECRET }, { uid: 'told-1' });
  expect(body).toMatchObject({ success: true });
  expect(body).not.toHaveProperty('callback');
});

test('secret and query of a callback are in no answer, audit line or log', async () => {
  const program = await startApi({
    DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    RENDERDECK_WEBHOOK_NETWORKS: '127.0.0.1',
    RENDERDECK_LOG_LEVEL: 'trace',
  });
  const answers: string[] = [];
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await program.ask(farm.secretOf('ada'), method, path, body);
    answers.push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  };
  const callback = { url: `${receiver.url}?key=qu3ry`, secret: SECRET };
  const made = await ask('POST', '/api/jobs', { job: NEXRENDER_JOB, callback });
  const place = made.headers.get('location') ?? '';
  const id = place.replace('/api/jobs/', '');
  await ask('POST', '/api/jobs', { job: {}, callback });
  await ask('POST', '/api/jobs', { job: NEXRENDER_JOB, callback: { ...callback, url: 'ftp://x' } });
  await ask('DELETE', place);
  await expect.poll(() => stateOf(id), WAIT).toMatchObject({ state: 'delivered' });
  for (const path of [place, '/api/jobs', '/api/audit', `/api/webhook-deliveries?jobId=${id}`])
    expect((await ask('GET', path)).status).toBe(200);
  await program.end();
  const audit = await farm.sql`SELECT after FROM audit_log WHERE job_id = ${id}`;
  expect(JSON.stringify(audit)).toContain(new URL(receiver.url).origin);
  for (const text of [...answers, program.said(), JSON.stringify(audit)])
    expect(text).not.toMatch(/qu3ry|MfKQ9r8GKYqr/);
});
