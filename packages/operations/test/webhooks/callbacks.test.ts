/* The callback of a job: each end is one message in the outbox, which is sent as to a webhook. */
import { expect, it } from 'vitest';
import { redeliver, sendMessage, takeMessages } from '../../src/extras.ts';
import { cancelJob, resubmitJob, submitJob } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  acknowledge,
  aFailedJob,
  aFarm,
  anExpiredJob,
  aQueuedJob,
  cancel,
  expectAudit,
  expectDone,
  NEXRENDER_JOB,
  prove,
  recoverExpired,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const callback = { url: 'https://pipeline.example/told?key=k3y', secret: SECRET };
const submission = { name: 'Intro', priority: 50, nexrenderJob: NEXRENDER_JOB };
const idle = { busy: [] };

const messagesOf = async (jobId: string) =>
  (
    await farm.sql`
      select type, facts->'job'->>'status' as status, webhook_id is null as "noWebhook"
      from webhook_deliveries where job_id = ${jobId} order by at`
  ).map(({ type, status, noWebhook }) => `${type} ${status} ${noWebhook}`);
const rowsOf = async (jobId: string) =>
  await farm.sql`
    select id, state, tries, next_try_at - clock_timestamp() > interval '14 minutes' as "isLater"
    from webhook_deliveries where job_id = ${jobId}`;
const clear = () => farm.sql`delete from webhook_deliveries`;
const answer =
  (status: number, retryAfterMs: number | null = null) =>
  async () => ({
    ...{ status, retryAfterMs, answer: '', error: null, durationMs: 1 },
  });

it.each([
  ['COMPLETED', 'job.ended', async () => (await aCompletedJob(farm, { callback })).id],
  ['FAILED', 'job.failed', async () => (await aFailedJob(farm, { callback })).id],
  [
    'CANCELLED',
    'job.ended',
    async () => {
      const { job } = await aQueuedJob(farm, { callback });
      expectDone(await cancel(farm, job.id));
      return job.id;
    },
  ],
  [
    'CANCELLED',
    'job.ended',
    async () => {
      const job = await aCancellingJob(farm, { callback });
      expect(await messagesOf(job.id)).toEqual([]);
      await acknowledge(job);
      return job.id;
    },
  ],
])('a job that ends %s has one message %s', async (status, type, end) => {
  expect(await messagesOf(await end())).toEqual([`${type} ${status} true`]);
});

it('a job without a callback has no message', async () => {
  expect(await messagesOf((await aCompletedJob(farm)).id)).toEqual([]);
});

it('a stop without proof has ended only with the proof', async () => {
  const job = await anExpiredJob(farm, { callback });
  await cancel(farm, job.id);
  await recoverExpired(farm);
  expect(await messagesOf(job.id)).toEqual([]);
  await prove(job);
  expect(await messagesOf(job.id)).toEqual(['job.ended CANCELLED true']);
});

it('the message exists exactly if the change does', async () => {
  const { job } = await aQueuedJob(farm, { callback });
  const undone = farm.db.begin(async (tx) => {
    await cancelJob(within(tx, farm.admin), { id: job.id, reason: null });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await messagesOf(job.id)).toEqual([]);
});

it('a message is taken with address and secret, and a 503 holds only this message', async () => {
  await clear();
  const { id } = await aCompletedJob(farm, { callback });
  const { lease, messages } = await takeMessages(farm, idle);
  const [message] = messages;
  if (message === undefined) throw new Error('a message waits');
  const { url: address, secret } = callback;
  expect(messages).toMatchObject([{ type: 'job.ended', tries: 1, shape: 'renderdeck' }]);
  expect(message).toMatchObject({ address, secret, facts: { job: { id } } });
  expect(await takeMessages(farm, idle)).toMatchObject({ messages: [] });
  await sendMessage(farm, lease, message, answer(503, 900_000));
  expect(await rowsOf(id)).toMatchObject([{ state: 'waiting', tries: 1, isLater: true }]);

  const other = await aFailedJob(farm, { callback });
  expect(await takeMessages(farm, { busy: [message.receiver] })).toMatchObject({ messages: [] });
  const next = await takeMessages(farm, idle);
  expect(next).toMatchObject({ messages: [{ facts: { job: { id: other.id } } }] });
  await sendMessage(farm, next.lease, next.messages[0] ?? message, answer(410));
  expect(await rowsOf(other.id)).toMatchObject([{ state: 'givenUp' }]);

  const [{ id: delivery } = { id: '' }] = await rowsOf(id);
  const seen = await farm.trace(() => redeliver(farm.admin, { delivery }));
  expectAudit(seen, {
    ...{ action: 'redeliver', outcome: 'done', jobId: id },
    before: { delivery, state: 'waiting' },
    after: { delivery, state: 'waiting' },
  });
  expect(await takeMessages(farm, idle)).toMatchObject({ messages: [{ id: delivery, tries: 2 }] });
});

it('many messages to one origin delay no other, and few rows are read', async () => {
  await clear();
  const { id } = await aCompletedJob(farm, { callback });
  await farm.sql`
    insert into webhook_deliveries (callback_of, origin_hash, type, job_id, facts, give_up_at)
    select callback_of, origin_hash, type, job_id, facts, give_up_at
    from webhook_deliveries, generate_series(1, 30000) where job_id = ${id}`;
  await farm.sql`analyze webhook_deliveries`;
  const other = { ...callback, url: 'https://other.example/' };
  const late = await aCompletedJob(farm, { callback: other });
  const rowsRead = async (db: typeof farm.db) =>
    (
      await db.execute<{ rows: number }>(`
        select sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables
        where relname in ('webhook_deliveries', 'job_callbacks')`)
    )[0]?.rows;
  await farm.db.begin(async (tx) => {
    const { messages } = await takeMessages({ db: tx }, idle);
    expect(messages.map(({ facts }) => JSON.stringify(facts).includes(late.id)).sort()).toEqual([
      ...[false, false, false, false, true],
    ]);
    expect(await rowsRead(tx)).toBeLessThan(100);
  });
  // Messages that wait for a later try are not read either.
  await farm.sql`update webhook_deliveries set next_try_at = clock_timestamp() + interval '1 hour'`;
  await farm.db.begin(async (tx) => {
    expect(await takeMessages({ db: tx }, idle)).toMatchObject({ messages: [] });
    expect(await rowsRead(tx)).toBeLessThan(100);
  });
  await clear();
});

it('the audit line of a submission has only the origin, and no secret', async () => {
  const seen = await farm.trace(() => submitJob(farm.admin, { ...submission, callback }));
  expect(expectDone(seen.result).callbackSecret).toBeNull();
  expect(seen.audit[0]?.after).toMatchObject({ callback: 'https://pipeline.example' });
  expect(JSON.stringify(seen)).not.toMatch(/k3y|whsec_/);
});

it('a secret is made once for each key, and a job that runs again has no callback', async () => {
  const { url } = callback;
  const once = () =>
    submitJob(farm.admin, { ...submission, callback: { url }, idempotencyKey: 'k' });
  const first = expectDone(await once());
  expect(first.callbackSecret).toMatch(/^whsec_\S{44}$/);
  const view = { ...first.view, estimate: expect.anything() };
  expect(expectDone(await once())).toEqual({ ...first, view });
  const changed = { ...submission, callback, idempotencyKey: 'k' };
  expect(await submitJob(farm.admin, changed)).toMatchObject({ rejection: { code: 'keyReused' } });
  const again = expectDone(await resubmitJob(farm.admin, { id: first.view.job.id }));
  await cancel(farm, again.view.job.id);
  expect(await messagesOf(again.view.job.id)).toEqual([]);
});
