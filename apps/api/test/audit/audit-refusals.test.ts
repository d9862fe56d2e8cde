/*
 * Refusals in the audit log, on every channel. The limits on sign-in hold on all servers together.
 */
import { once } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import {
  apiOfFile,
  farmOfFile,
  NEXRENDER_JOB,
  PASSWORD,
  type TestApi,
} from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { trustProxy: '127.0.0.1' });
const other = apiOfFile(farm, { trustProxy: '127.0.0.1' });
let from = 0n;
beforeEach(async () => {
  from = BigInt((await farm.sql`select coalesce(max(id), 0)::text as id from audit_log`)[0]?.id);
});
const lines = async () =>
  (
    await farm.sql`
      select channel, action, outcome, code, actor from audit_log
      where id > ${String(from)} order by id`
  ).map(({ channel, action, outcome, code, actor }) =>
    [channel, action, outcome, code, actor].join(' '),
  );

test('a request that no procedure receives leaves its audit entry when refused', async () => {
  // The entry is written after the answer, so the test polls for it.
  const { job } = await farm.submit();
  from += 1n;
  const foreign = { origin: 'https://elsewhere.example' };
  await api.send('sam', 'POST', '/api/jobs', '{"job": ');
  await api.send('sam', 'POST', '/trpc/submitJob', '{"job": ');
  await api.send('ada', 'DELETE', `/api/jobs/${job.id}`, undefined, foreign);
  await api.send('ada', 'POST', '/trpc/cancelJob', { id: job.id }, foreign);
  await api.send('sam', 'POST', '/api/jobs', { job: { ...NEXRENDER_JOB, note: 'x'.repeat(9e6) } });
  await api.send('sam', 'POST', '/api/jobs', 'job=1', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  await api.send('sam', 'POST', '/trpc/submitJob', 'job=1', { 'content-type': 'text/plain' });
  await expect
    .poll(async () => (await lines()).sort())
    .toEqual([
      'rest cancelJob refused cross_site ada-bot',
      'rest submitJob refused body_too_large sam-bot',
      'rest submitJob refused invalid_json sam-bot',
      'rest submitJob refused unsupported_media_type sam-bot',
      'trpc cancelJob refused cross_site ada-bot',
      'trpc submitJob refused invalid_json sam-bot',
      'trpc submitJob refused unsupported_media_type sam-bot',
    ]);
  expect(
    (
      await farm.sql`select job_id from audit_log where id > ${String(from)} and job_id is not null`
    ).map(({ job_id }) => job_id),
  ).toEqual([job.id]);
});

test('a WebSocket from another site is refused and leaves its audit entry', async () => {
  const socket = api.socket('ada', '/api/events', { origin: 'https://elsewhere.example' });
  await once(socket, 'error');
  await expect.poll(lines).toEqual(['rest onJobChange refused cross_site ada-bot']);
});

test('an anonymous WebSocket is refused and leaves one audit entry, on both paths', async () => {
  const open = async (path: string, address: string) => {
    const socket = api.socket(null, path, { 'x-forwarded-for': address });
    const [, response] = await once(socket, 'unexpected-response');
    response.resume();
    return response.statusCode;
  };
  expect(await open('/api/events', '203.0.113.21')).toBe(401);
  await expect.poll(lines).toEqual(['rest onJobChange refused unauthenticated unknown']);
  expect(await open('/trpc', '203.0.113.22')).toBe(401);
  await expect
    .poll(async () => (await lines()).slice(1))
    .toEqual(['trpc onJobChange refused unauthenticated unknown']);
});

test('a role that may not read leaves an audit entry over REST, tRPC and WebSocket', async () => {
  await api.send('vera', 'GET', '/api/webhooks');
  await expect(api.trpc('vera').listUsers.query()).rejects.toThrow();
  const { client, close } = api.trpcSocket('vera');
  await expect(client.verifyAudit.query({})).rejects.toThrow();
  close();
  expect(await lines()).toEqual([
    'rest listWebhooks refused forbidden vera-bot',
    'trpc listUsers refused forbidden vera-bot',
    'trpc verifyAudit refused forbidden vera-bot',
  ]);
});

test('anonymous refusals are one entry and one count a minute on all servers', async () => {
  const [third, fourth] = [
    await farm.serve({ trustProxy: '127.0.0.1' }),
    await farm.serve({ trustProxy: '127.0.0.1' }),
  ];
  const headers = { 'x-forwarded-for': '203.0.113.5' };
  // If the minute ended during the test, there would be two entries.
  await expect
    .poll(
      async () =>
        (await farm.sql`select extract(second from clock_timestamp()) < 40 as early`)[0]?.early,
      { timeout: 60_000 },
    )
    .toBe(true);
  for (let count = 0; count < 50; count += 1)
    await (count % 2 === 0 ? third : fourth).send(
      null,
      'DELETE',
      '/api/jobs/0198a000-0000-7000-8000-000000000001',
      undefined,
      headers,
    );
  await third.send(null, 'POST', '/api/jobs', '{', headers);
  expect(await lines()).toEqual(['rest cancelJob refused unauthenticated unknown']);
  await Promise.all([third.close(), fourth.close()]);
  await farm.sql`update refusal_counts set minute = minute - interval '1 minute'`;
  await expect.poll(async () => (await lines()).length).toBe(2);
  const [, count] = await farm.sql`
      select address, action, after from audit_log where id > ${String(from)} order by id`;
  expect(count).toEqual({
    address: '203.0.113.5',
    action: 'countRefusals',
    after: { since: expect.stringMatching(/:00\.000Z$/), cancelJob: 49, submitJob: 1 },
  });
});

test('guesses of an address wait on all servers together, for any name', async () => {
  const guess = async (to: TestApi, username: string, address: string, password = 'wrong') =>
    to.send(null, 'POST', '/api/session', { username, password }, { 'x-forwarded-for': address });
  const minute = async () =>
    Number((await farm.sql`select floor(extract(epoch from clock_timestamp()) / 60) as n`)[0]?.n);
  const begun = await minute();
  let checked = 0;
  for (const [name, address] of [
    ['sam', '192.0.2.1'],
    ['nobody', '192.0.2.2'],
  ] as const) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => guess(at % 2 ? api : other, name, address)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    checked += answers.length - refused.length;
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, body } of refused) {
      expect(body).toMatchObject({
        code: 'too_many_requests',
        detail: expect.stringContaining('Too many sign-ins'),
      });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10 - refused.length);
  }
  expect((await guess(api, 'ada', '198.51.100.8', PASSWORD)).status).toBe(200);
  // Each checked guess has its entry. An unchecked one has it once a minute and address.
  const entries = await lines();
  expect(entries.filter((line) => line.includes('wrong_credentials'))).toHaveLength(checked);
  const unchecked = entries.filter((line) => line.includes('too_many_requests'));
  expect(new Set(unchecked)).toEqual(new Set(['rest login refused too_many_requests unknown']));
  expect(unchecked.length).toBeLessThanOrEqual(2 * (1 + (await minute()) - begun));
  const addresses = await farm.sql`select distinct address from audit_log
    where id > ${String(from)} and code = 'too_many_requests' order by address`;
  expect(addresses.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
});
