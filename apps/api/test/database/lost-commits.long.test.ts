/*
 * The connection to PostgreSQL ends after a COMMIT and before its answer, as in a failover. The
 * change is done, and the answer must not say or suggest that it is not.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NEXRENDER_JOB, openFarm, type TestApi, type TestFarm } from '../../testing/open-farm.ts';
import { type LosingProxy, startLosingProxy } from './lose-answers.ts';

/** Each write adds its audit line in its own transaction. */
const A_WRITE = 'insert into audit_log';
const UNKNOWN = {
  status: 503,
  body: {
    code: 'outcome_unknown',
    detail: 'No answer from the database: the change may be done; look before you repeat it.',
  },
};

let farm: TestFarm;
let proxy: LosingProxy;
let api: TestApi;
beforeEach(async () => {
  farm = await openFarm();
  proxy = await startLosingProxy(farm.database.url);
  api = await farm.serve({}, proxy.through(await farm.database.urlAs('renderdeck_api')));
});
afterEach(async () => {
  await farm.close();
  await proxy.close();
});
const priorities = async () =>
  (await farm.sql`SELECT priority FROM jobs ORDER BY name`).map(({ priority }) => priority);
const countJobs = async () => (await farm.sql`SELECT count(*)::int AS n FROM jobs`)[0]?.n;

test('changes of priority, alone and grouped, are done and are not told as refused', async () => {
  const views = await Promise.all(['a', 'b', 'c'].map((name) => farm.submit(name)));
  proxy.loseCommitsWith(A_WRITE);
  const answers = await Promise.all(
    views.map(({ job }) =>
      api.send('ada', 'PATCH', `/api/jobs/${job.id}/priority`, { priority: 80 }),
    ),
  );
  for (const answer of answers) {
    expect(answer).toMatchObject(UNKNOWN);
    expect(answer.headers.get('retry-after')).toBe('5');
  }
  expect(await priorities()).toEqual([80, 80, 80]);
});

test('a cancel is done and is not told as refused; asked again it gives its receipt', async () => {
  const { id } = (await farm.submit()).job;
  proxy.loseCommitsWith(A_WRITE);
  expect(await api.send('ada', 'DELETE', `/api/jobs/${id}`)).toMatchObject(UNKNOWN);
  expect(await farm.sql`SELECT status FROM jobs`).toEqual([{ status: 'CANCELLED' }]);
  proxy.loseNone();
  const again = await api.send('ada', 'DELETE', `/api/jobs/${id}`);
  expect(again).toMatchObject({ status: 200, body: { receipt: { outcome: 'cancelled' } } });
});

test('a submit is done and is not told as refused; with a key it can be repeated', async () => {
  const body = { name: 'Intro', job: NEXRENDER_JOB };
  const submit = (key: Record<string, string>) => api.send('ada', 'POST', '/api/jobs', body, key);
  proxy.loseCommitsWith(A_WRITE);
  expect(await submit({})).toMatchObject(UNKNOWN);
  expect(await countJobs()).toBe(1);
  proxy.loseCommitsWith('insert into jobs');
  expect(await submit({ 'idempotency-key': 'once' })).toMatchObject(UNKNOWN);
  expect(await countJobs()).toBe(2);
  proxy.loseNone();
  expect(await submit({ 'idempotency-key': 'once' })).toMatchObject({ status: 201 });
  expect(await countJobs()).toBe(2);
});

test('tRPC has the same error, and a read without its answer may be tried again', async () => {
  const { id } = (await farm.submit()).job;
  proxy.loseCommitsWith(A_WRITE);
  await expect(api.trpc('ada').setPriority.mutate({ id, priority: 7 })).rejects.toMatchObject({
    message: UNKNOWN.body.detail,
    data: { httpStatus: 503, problem: { code: 'outcome_unknown' } },
  });
  expect(await priorities()).toEqual([7]);
  proxy.loseCommitsWith('from render_hosts) as hosts');
  expect(await api.send('ada', 'GET', '/api/hosts')).toMatchObject({
    status: 503,
    body: { code: 'unavailable' },
  });
});

test('a recorded cancel gives its receipt, also where the database is away after it', async () => {
  const { id } = (await farm.submit()).job;
  await farm.worker.claim();
  const recorded = proxy.answered(A_WRITE);
  const answer = api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=3000`);
  await recorded;
  await proxy.cut();
  expect(await answer).toMatchObject({
    status: 202,
    body: { receipt: { outcome: 'cancelling', requestedBy: 'ada-bot' } },
  });
});
