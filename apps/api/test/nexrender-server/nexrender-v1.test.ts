import { type Answer, expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { AN_INSTANT, openRest } from '../rest/open-rest.ts';

const rest = openRest({ nexrenderApi: true, submitPriorityMax: 100 });
beforeEach(async () => void (await rest.host.signOn(undefined, ['night'])));

const order = {
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
  tags: 'night',
  custom: { ticket: 7 },
};
const DEPRECATED = { deprecation: '@1795564800', link: '</api/docs>; rel="successor-version"' };

const uidOf = ({ body }: Answer) => z.object({ uid: z.string() }).parse(body).uid;
const list = z.array(z.looseObject({ uid: z.string(), state: z.string() }));

/** One job in the queue. */
async function withJob() {
  return { send: rest.send, id: await rest.submit('Intro', 50, order) };
}

test('every /api/v1 answer, errors too, has Deprecation and Link; /api has not', async () => {
  const { send, id } = await withJob();
  const answers = [
    await send('vera', 'GET', '/api/v1/jobs'),
    await send(null, 'GET', '/api/v1/jobs'),
    await send('vera', 'PATCH', `/api/v1/jobs/${id}`),
    await send('sam', 'POST', '/api/v1/jobs', '{', { 'content-type': 'application/json' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 405, 400]);
  for (const { headers } of answers) expect(headers).toMatchObject(DEPRECATED);
  expect((await send('vera', 'GET', '/api/jobs')).headers).not.toHaveProperty('deprecation');
});

test('POST answers with the whole job as nexrender-server does', async () => {
  const { send } = rest;
  const answer = await send('sam', 'POST', '/api/v1/jobs', {
    ...order,
    state: 'finished',
    error: 'old',
    priority: 1000,
  });
  const uid = uidOf(answer);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    ...order,
    ...{
      uid,
      type: 'default',
      state: 'queued',
      output: '',
      outputs: [],
      assets: [],
      actions: { prerender: [], postrender: [] },
    },
    ...{
      priority: 50,
      creator: 'sam-bot',
      renderProgress: 0,
      timings: {},
      createdAt: AN_INSTANT,
      updatedAt: AN_INSTANT,
    },
  });
  expect(await rest.job(uid)).toMatchObject({ priority: 100, submittedBy: 'sam-bot' });
  expect(await send('vera', 'GET', `/api/v1/jobs/${uid}`)).toMatchObject({
    status: 200,
    body: answer.body,
  });
  expect(await rest.audit()).toMatchObject([
    { action: 'submitJob', channel: 'rest', outcome: 'done', jobId: uid },
  ]);
});

test('secrets of a submitted job are in no answer', async () => {
  const { send } = rest;
  const secret = 'hunter2-hunter2';
  const submitted = {
    ...order,
    template: { ...order.template, credentials: { user: 'x', password: secret } },
  };
  const answers = [
    await send('sam', 'POST', '/api/v1/jobs', submitted),
    await send('ada', 'GET', '/api/v1/jobs'),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('•••');
    expect(JSON.stringify(body)).not.toContain(secret);
  }
});

test.each([
  [undefined, 'job'],
  [{}, 'job.template'],
  [{ ...order, template: { src: 'file:///a.aep' } }, 'job.template.composition'],
  [{ ...order, priority: 'high' }, 'priority'],
])(
  'POST with %j is a 400 that names the field, queues nothing and leaves its line',
  async (body, field) => {
    const { send } = rest;
    const answer = await send('sam', 'POST', '/api/v1/jobs', body);
    expectProblem(answer, 400, 'invalid_input', {
      fields: [{ field, message: expect.any(String) }],
    });
    expect(await rest.countJobs()).toBe(0);
    expect(await rest.audit()).toMatchObject([
      { action: 'submitJob', outcome: 'refused', code: 'invalid_input' },
    ]);
  },
);

test('a job shows each status as a state of nexrender, and who cancelled it', async () => {
  const { send, id } = await withJob();
  const states: unknown[] = [];
  const readState = async (uid = id) => {
    const { body } = await send('vera', 'GET', `/api/v1/jobs/${uid}/status`);
    const { state, error, renderProgress } = z
      .object({ state: z.string(), error: z.string().nullable(), renderProgress: z.number() })
      .parse(body);
    states.push([state, renderProgress, error]);
  };
  const { host, submit } = rest;
  await readState();
  await host.claimNext();
  await readState();
  await host.progress(id, 37.9);
  await readState();
  await send('ada', 'DELETE', `/api/v1/jobs/${id}?waitMs=0&reason=wrong%20template`);
  await readState();
  await host.acknowledge(id);
  await readState();
  const [done, failed, lost] = [await submit('a'), await submit('b'), await submit('c')];
  for (const _ of [done, failed, lost]) await host.claimNext();
  await host.complete(done);
  await host.fail(failed, 'The template is not there.');
  await send('ada', 'DELETE', `/api/v1/jobs/${lost}?waitMs=0`);
  await host.lose(lost);
  for (const uid of [done, failed, lost]) await readState(uid);
  expect(states).toEqual([
    ['queued', 0, null],
    ['started', 0, null],
    ['render:dorender', 37, null],
    ['render:cleanup', 37, null],
    ['error', 37, 'cancelled by ada-bot: wrong template'],
    ['finished', 100, null],
    ['error', 0, 'The template is not there.'],
    [
      'error',
      0,
      'cancelled by ada-bot. Job cancelled, but attempt 1 on render-01 is not proven to have ended',
    ],
  ]);
});

test('/status has what nexrender’s getRenderingStatus has, no more', async () => {
  const { send, id } = await withJob();
  const { body } = await send('vera', 'GET', `/api/v1/jobs/${id}/status`);
  expect(body).toEqual({
    ...{ uid: id, state: 'queued', type: 'default', tags: 'night', renderProgress: 0, error: null },
    ...{
      createdAt: AN_INSTANT,
      updatedAt: AN_INSTANT,
      startedAt: null,
      finishedAt: null,
      errorAt: null,
    },
    ...{ jobCreator: 'sam-bot', jobExecutor: null, timings: {} },
  });
  expect((await send('vera', 'GET', '/api/v1/jobs/status')).body).toEqual([body]);
});

test('GET /jobs is a plain list of whole jobs, running and ended ones too', async () => {
  const { send, id } = await withJob();
  const other = await rest.submit('second', 90, order);
  await rest.host.claimNext();
  await rest.host.complete(other);
  const { headers, body } = await send('vera', 'GET', '/api/v1/jobs');
  expect(
    list
      .parse(body)
      .map(({ uid, state }) => [uid, state])
      .toSorted(),
  ).toEqual(
    [
      [id, 'queued'],
      [other, 'finished'],
    ].toSorted(),
  );
  expect(body).toMatchObject([order, order]);
  expect(headers).not.toHaveProperty('renderdeck-list-cut');
});

test('a list over a thousand jobs is cut with a header; active jobs stay', async () => {
  const { send, id } = await withJob();
  await rest.sql`
    with ended as (
      insert into jobs (id, name, status, submitted_by, max_attempts, ended_at)
      select gen_random_uuid(), 'old', 'COMPLETED', 'sam', 3, clock_timestamp()
      from generate_series(1, 1000) returning id)
    insert into job_definitions (job_id, nexrender_job)
    select id, ${rest.sql.json(order)} from ended`;
  for (const url of ['/api/v1/jobs', '/api/v1/jobs/status']) {
    const { headers, body } = await send('vera', 'GET', url);
    const uids = new Set(list.parse(body).map(({ uid }) => uid));
    expect(uids.size).toBe(1000);
    expect(uids).toContain(id);
    expect(headers['renderdeck-list-cut']).toBe('older jobs are left out');
  }
});

test.each(['00000000-0000-4000-8000-000000000000', 'V1StGXR8_Z5jdHi6B-myT'])(
  'an unknown uid (%s) is 404, however it is asked for',
  async (uid) => {
    const { send } = rest;
    for (const [method, url] of [
      ['GET', `/api/v1/jobs/${uid}`],
      ['GET', `/api/v1/jobs/${uid}/status`],
      ['DELETE', `/api/v1/jobs/${uid}`],
    ] as const) {
      expectProblem(await send('ada', method, url), 404, 'job_not_found', {
        detail: expect.stringContaining(uid),
      });
    }
  },
);

test('pickup is a 404 with a sentence for nexrender-worker; health needs no session', async () => {
  const { send, id } = await withJob();
  for (const url of ['/api/v1/jobs/pickup', '/api/v1/jobs/pickup/night'])
    expectProblem(await send('ada', 'GET', url), 404, 'not_found', {
      detail: expect.stringContaining('Renderdeck worker'),
    });
  expect((await rest.job(id))?.status).toBe('QUEUED');
  expect(await send(null, 'GET', '/api/v1/health')).toMatchObject({ status: 200, body: 'ok' });
});
