import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, expectProblem, NOW, serveRest } from './serve-rest.ts';

const order = {
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
  tags: 'night',
  custom: { ticket: 7 },
};
const DEPRECATED = { deprecation: '@1795564800', link: '</api/docs>; rel="successor-version"' };

const serve = () => serveRest({ nexrenderApi: true });
const uidOf = ({ body }: Answer) => z.object({ uid: z.string() }).parse(body).uid;
const list = z.array(z.looseObject({ uid: z.string(), state: z.string() }));

/** A server with one job in the queue. */
function withJob(priority = 50) {
  const rest = serve();
  return { ...rest, id: rest.fake.farm.submit('Intro', 'sam', priority, order).id };
}

test('unless it is switched on, there is nothing at its addresses', async () => {
  const { send, fake } = serveRest();
  const { id } = fake.farm.submit('Intro', 'sam');
  for (const [method, url] of [
    ['POST', '/api/v1/jobs'],
    ['GET', '/api/v1/jobs'],
    ['GET', '/api/v1/health'],
    ['PUT', `/api/v1/jobs/${id}`],
    ['DELETE', `/api/v1/jobs/${id}`],
  ] as const) {
    const answer = await send('ada', method, url, method === 'GET' ? undefined : order);
    expectProblem(answer, 404, 'not_found');
    expect(answer.headers).not.toHaveProperty('deprecation');
  }
});

test('every answer says that it is deprecated and where to go, errors too; those of /api do not', async () => {
  const { send, id } = withJob();
  const answers = [
    await send('vera', 'GET', '/api/v1/jobs'),
    await send(null, 'GET', '/api/v1/jobs'),
    await send('vera', 'GET', '/api/v1/nothing'),
    await send('vera', 'PATCH', `/api/v1/jobs/${id}`),
    await send('sam', 'POST', '/api/v1/jobs', '{', { 'content-type': 'application/json' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 405, 400]);
  for (const { headers } of answers) expect(headers).toMatchObject(DEPRECATED);
  expect((await send('vera', 'GET', '/api/jobs')).headers).not.toHaveProperty('deprecation');
});

test('POST answers with the whole job as nexrender-server does, under an id of ours', async () => {
  const { send, fake } = serve();
  const answer = await send('sam', 'POST', '/api/v1/jobs', {
    ...order,
    uid: 'mine',
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
      assets: [],
      actions: { prerender: [], postrender: [] },
    },
    ...{
      priority: 50,
      creator: 'sam',
      renderProgress: 0,
      timings: {},
      createdAt: NOW,
      updatedAt: NOW,
    },
  });
  expect(fake.farm.records.get(uid)?.job).toMatchObject({ priority: 100, submittedBy: 'sam' });
  expect(await send('vera', 'GET', `/api/v1/jobs/${uid}`)).toMatchObject({
    status: 200,
    body: answer.body,
  });
  expect(fake.audit).toMatchObject([
    { action: 'submitJob', channel: 'rest', outcome: 'done', jobId: uid },
  ]);
});

test('secrets of a submitted job are in no answer', async () => {
  const { send } = serve();
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
    const { send, fake } = serve();
    const answer = await send('sam', 'POST', '/api/v1/jobs', body);
    expectProblem(answer, 400, 'invalid_input', {
      fields: [{ field, message: expect.any(String) }],
    });
    expect(fake.farm.records.size).toBe(0);
    expect(fake.audit).toMatchObject([
      { action: 'submitJob', outcome: 'refused', code: 'invalid_input' },
    ]);
  },
);

test('a job says in nexrender’s words how it is: waiting, running, stopping, finished, failed, cancelled and by whom', async () => {
  const { send, fake, id } = withJob();
  const states: unknown[] = [];
  const look = async (uid = id) => {
    const { body } = await send('vera', 'GET', `/api/v1/jobs/${uid}/status`);
    const { state, error, renderProgress } = z
      .object({ state: z.string(), error: z.string().nullable(), renderProgress: z.number() })
      .parse(body);
    states.push([state, renderProgress, error]);
  };
  const { farm } = fake;
  await look();
  farm.claimNext();
  farm.progress(id, 37.9);
  await look();
  await send('ada', 'DELETE', `/api/v1/jobs/${id}?waitMs=0&reason=wrong%20template`);
  await look();
  farm.acknowledgeStop(id);
  await look();
  const [done, failed, lost] = [
    farm.submit('a', 'sam').id,
    farm.submit('b', 'sam').id,
    farm.submit('c', 'sam').id,
  ];
  for (const _ of [done, failed, lost]) farm.claimNext();
  farm.complete(done);
  farm.fail(failed, 'The template is not there.');
  await send('ada', 'DELETE', `/api/v1/jobs/${lost}?waitMs=0`);
  farm.loseHost(lost);
  for (const uid of [done, failed, lost]) await look(uid);
  expect(states).toEqual([
    ['queued', 0, null],
    ['started', 37, null],
    ['render:cleanup', 37, null],
    ['error', 37, 'cancelled by ada: wrong template'],
    ['finished', 100, null],
    ['error', 0, 'The template is not there.'],
    [
      'error',
      0,
      'cancelled by ada. Job cancelled, but render-01 was lost before it confirmed that nothing of the job runs',
    ],
  ]);
});

test('/status has what nexrender’s getRenderingStatus has, no more', async () => {
  const { send, id } = withJob();
  const { body } = await send('vera', 'GET', `/api/v1/jobs/${id}/status`);
  expect(body).toEqual({
    ...{ uid: id, state: 'queued', type: 'default', tags: 'night', renderProgress: 0, error: null },
    ...{ createdAt: NOW, updatedAt: NOW, startedAt: null, finishedAt: null, errorAt: null },
    ...{ jobCreator: 'sam', jobExecutor: null, timings: {} },
  });
  expect((await send('vera', 'GET', '/api/v1/jobs/status')).body).toEqual([body]);
});

test('GET /jobs is a plain list of whole jobs, running and ended ones too', async () => {
  const { send, fake, id } = withJob();
  const other = fake.farm.submit('second', 'ada', 90, order).id;
  fake.farm.claimNext();
  fake.farm.complete(other);
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

test('over a thousand jobs the list is cut and a header says so; what waits or runs is in it', async () => {
  const { send, fake, id } = withJob();
  for (let count = 0; count < 1000; count += 1) {
    const { id: ended } = fake.farm.submit('old', 'sam', 100);
    fake.farm.claimNext();
    fake.farm.complete(ended);
  }
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
    const { send } = serve();
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

test('there is no pickup: 404 with a sentence for whoever points nexrender-worker here; health answers anybody', async () => {
  const { send, fake, id } = withJob();
  for (const url of ['/api/v1/jobs/pickup', '/api/v1/jobs/pickup/night'])
    expectProblem(await send('ada', 'GET', url), 404, 'not_found', {
      detail: expect.stringContaining('Renderdeck worker'),
    });
  expect(fake.farm.records.get(id)?.job.status).toBe('QUEUED');
  expect(await send(null, 'GET', '/api/v1/health')).toMatchObject({ status: 200, body: 'ok' });
});
