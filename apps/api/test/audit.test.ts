/* The audit log over the wire: every refusal on every channel, sealed soon after, verified, exported; and signing in, slowed down on every server. */
import { once } from 'node:events';
import { LOGIN_LIMITS } from '@renderdeck/operations';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NEXRENDER_JOB, openFarm, PASSWORD, type TestApi, type TestFarm } from './serve-api.ts';

let farm: TestFarm;
let api: TestApi;
let other: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve({ trustProxy: '127.0.0.1' });
  other = await farm.serve({ trustProxy: '127.0.0.1' });
});
afterAll(() => farm.close());
let from = 0n;
beforeEach(async () => {
  from = BigInt((await farm.sql`select coalesce(max(id), 0)::text as id from audit_log`)[0]?.id);
});
const lines = async () =>
  (
    await farm.sql`select channel, action, outcome, code, actor from audit_log where id > ${String(from)} order by id`
  ).map(({ channel, action, outcome, code, actor }) =>
    [channel, action, outcome, code, actor].join(' '),
  );

test('what is refused before any procedure sees it has its line all the same, over REST and tRPC', async () => {
  // The line comes after the answer: nobody waits for it.
  const { job } = await farm.submit();
  from += 1n;
  const foreign = { origin: 'https://elsewhere.example' };
  await api.send('sam', 'POST', '/api/jobs', '{"job": ');
  await api.send('sam', 'POST', '/trpc/submitJob', '{"job": ');
  await api.send('ada', 'DELETE', `/api/jobs/${job.id}`, undefined, foreign);
  await api.send('ada', 'POST', '/trpc/cancelJob', { id: job.id }, foreign);
  await api.send('sam', 'POST', '/api/jobs', { job: { ...NEXRENDER_JOB, note: 'x'.repeat(2e6) } });
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

test('a WebSocket that another site opens is refused and has its line', async () => {
  const socket = api.socket('ada', '/api/events', { origin: 'https://elsewhere.example' });
  await once(socket, 'error');
  await expect.poll(lines).toEqual(['rest onJobChange refused cross_site ada-bot']);
});

test('a stranger who opens a WebSocket is refused and has one line, on the plain one as on the page’s', async () => {
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

test('the table’s own refusals: reads too, over REST, tRPC and WebSocket', async () => {
  await api.send('vera', 'GET', '/api/audit.csv');
  await expect(api.trpc('vera').listUsers.query()).rejects.toThrow();
  const { client, close } = api.trpcSocket('vera');
  await expect(client.verifyAudit.query({})).rejects.toThrow();
  close();
  expect(await lines()).toEqual([
    'rest listAudit refused forbidden vera-bot',
    'trpc listUsers refused forbidden vera-bot',
    'trpc verifyAudit refused forbidden vera-bot',
  ]);
});

test('a stranger’s refusals are one line a minute on all servers together, and one count, which outlives the servers that counted', async () => {
  const [third, fourth] = [
    await farm.serve({ trustProxy: '127.0.0.1' }),
    await farm.serve({ trustProxy: '127.0.0.1' }),
  ];
  const headers = { 'x-forwarded-for': '203.0.113.5' };
  // A minute that turns by itself in the midst would make two of its one.
  await expect
    .poll(
      async () =>
        (await farm.sql`select extract(second from clock_timestamp()) < 50 as early`)[0]?.early,
      { timeout: 15_000 },
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
  await expect.poll(async () => (await lines()).length, { timeout: 10_000 }).toBe(2);
  const [, count] =
    await farm.sql`select address, action, after from audit_log where id > ${String(from)} order by id`;
  expect(count).toEqual({
    address: '203.0.113.5',
    action: 'countRefusals',
    after: { since: expect.stringMatching(/:00\.000Z$/), cancelJob: 49, submitJob: 1 },
  });
});

test('an act is sealed soon after, whoever verifies is told a head, and a change to the log is found', async () => {
  const { job } = await farm.submit('Sealed');
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await expect
    .poll(() => api.trpc('ada').verifyAudit.query({}))
    .toMatchObject({ sound: true, unsealed: { count: 0 } });
  const { entries } = await api
    .trpc('ada')
    .listAudit.query({ jobId: job.id, action: 'setPriority' });
  expect(entries[0]?.seal).toEqual({
    number: expect.stringMatching(/^\d+$/),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const { seal, id } = entries[0] ?? { seal: null, id: '' };
  const anchor = `${seal?.number}:${seal?.hash}`;
  expect(await api.trpc('ada').verifyAudit.query({ anchor, after: anchor })).toMatchObject({
    sound: true,
    next: null,
  });
  for (const place of ['7', '0:ab', `x:${seal?.hash}`, `${seal?.number}:${seal?.hash}0`])
    await expect(api.trpc('ada').verifyAudit.query({ after: place })).rejects.toThrow(
      'A place in the chain is what an earlier verification gave',
    );
  await farm.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set before = '{"priority": 70, "position": 1}' where id = ${id}`;
  });
  expect(await api.trpc('ada').verifyAudit.query({})).toMatchObject({
    sound: false,
    broken: {
      number: seal?.number,
      entryId: id,
      detail: 'The line, or its seal, is not what it was when it was sealed.',
    },
  });
  await farm.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set before = '{"priority": 50, "position": 1}' where id = ${id}`;
  });
});

test('the log is asked by actor, action, outcome, job and time, the first and the last moment included, and by all of them together', async () => {
  const { job } = await farm.submit('Filtered');
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await api.send('vera', 'DELETE', `/api/jobs/${job.id}`);
  // A line shows its seal once it has one, so both ways to ask are compared when all have theirs.
  const unsealed = async () =>
    JSON.stringify((await api.send('ada', 'GET', `/api/audit?jobId=${job.id}`)).body).includes(
      '"seal":null',
    );
  await expect.poll(unsealed).toBe(false);
  const told = async (filter: object) => {
    const query = new URLSearchParams({ jobId: job.id, ...filter });
    const { body } = await api.send('ada', 'GET', `/api/audit?${query}`);
    const { entries } = await api.trpc('ada').listAudit.query({ jobId: job.id, ...filter });
    expect(body).toEqual({ entries, nextCursor: null });
    return entries.map(({ action, outcome, actor }) => [action, outcome, actor.name].join(' '));
  };
  const all = [
    'cancelJob refused vera-bot',
    'setPriority noop ada-bot',
    'setPriority done ada-bot',
    'submitJob done test',
  ];
  expect(await told({})).toEqual(all);
  expect(await told({ actor: 'ada-bot' })).toEqual(all.slice(1, 3));
  expect(await told({ action: 'cancelJob' })).toEqual(all.slice(0, 1));
  expect(await told({ outcome: 'noop' })).toEqual(all.slice(1, 2));
  const times = (await farm.sql`select at from audit_log where job_id = ${job.id} order by id`).map(
    ({ at }) => at.toISOString(),
  );
  expect(await told({ from: times[0], to: times[3] })).toEqual(all);
  expect(await told({ from: new Date(Date.parse(times[3]) + 1).toISOString() })).toEqual([]);
  expect(await told({ to: new Date(Date.parse(times[0]) - 1).toISOString() })).toEqual([]);
  expect(
    await told({
      actor: 'ada-bot',
      action: 'setPriority',
      outcome: 'done',
      from: times[0],
      to: times[3],
    }),
  ).toEqual(all.slice(2, 3));
});

test('the export has every line that fits, as the log has them, and what a spreadsheet would run is text', async () => {
  const { job } = await farm.submit('Exported');
  await api
    .trpc('ada')
    .cancelJob.mutate({ id: job.id, reason: '=HYPERLINK("http://x")', waitMs: 0 });
  const { status, headers, body } = await other.send(
    'ada',
    'GET',
    `/api/audit.csv?jobId=${job.id}`,
  );
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  const rows = String(body).trimEnd().split('\r\n');
  expect(rows).toHaveLength(3);
  expect(rows[1]).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(
    (await other.send('ada', 'GET', `/api/audit.csv?jobId=${job.id}&outcome=refused`)).body,
  ).toBe(`${rows[0]}\r\n`);
});

test('guessing is refused on every server alike, with the time to wait, for a name that nobody has as for one that somebody has', async () => {
  const guess = async (to: TestApi, username: string, address: string, password = 'wrong') =>
    to.send(null, 'POST', '/api/session', { username, password }, { 'x-forwarded-for': address });
  for (const name of ['sam', 'nobody']) {
    for (let count = 0; count < LOGIN_LIMITS.perName; count += 1)
      expect((await guess(count % 2 ? api : other, name, `192.0.2.${count}`)).status).toBe(401);
    for (const to of [api, other]) {
      const { status, headers, body } = await guess(to, name, '198.51.100.7', PASSWORD);
      expect([status, body]).toMatchObject([
        429,
        { code: 'too_many_requests', detail: expect.stringContaining('Too many sign-ins') },
      ]);
      const wait = Number(headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(LOGIN_LIMITS.windowMs / 1000);
    }
  }
  expect((await guess(api, 'ada', '198.51.100.8', PASSWORD)).status).toBe(200);
  // Each guess that was looked at has its line; of those that were not the first of an address in a minute.
  const told = await lines();
  expect(told.filter((line) => line.includes('wrong_credentials'))).toHaveLength(
    2 * LOGIN_LIMITS.perName,
  );
  expect(told.filter((line) => line.includes('too_many_requests'))).toEqual([
    'rest login refused too_many_requests unknown',
  ]);
});
