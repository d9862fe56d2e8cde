import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, expectProblem, NOW, serveRest } from './serve-rest.ts';

const order = { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' }, tags: 'night', custom: { ticket: 7 } };
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
  const answer = await send('sam', 'POST', '/api/v1/jobs', { ...order, uid: 'mine', state: 'finished', error: 'old', priority: 1000 });
  const uid = uidOf(answer);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    ...order,
    ...{ uid, type: 'default', state: 'queued', output: '', assets: [], actions: { prerender: [], postrender: [] } },
    ...{ priority: 50, creator: 'sam', renderProgress: 0, timings: {}, createdAt: NOW, updatedAt: NOW },
  });
  expect(fake.farm.records.get(uid)?.job).toMatchObject({ priority: 100, submittedBy: 'sam' });
  expect(await send('vera', 'GET', `/api/v1/jobs/${uid}`)).toMatchObject({ status: 200, body: answer.body });
  expect(fake.audit).toMatchObject([{ action: 'submitJob', channel: 'rest', outcome: 'done', jobId: uid }]);
});

test('secrets of a submitted job are in no answer', async () => {
  const { send } = serve();
  const secret = 'hunter2-hunter2';
  const submitted = { ...order, template: { ...order.template, credentials: { user: 'x', password: secret } } };
  const answers = [await send('sam', 'POST', '/api/v1/jobs', submitted), await send('ada', 'GET', '/api/v1/jobs')];
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
])('POST with %j is a 400 that names the field, queues nothing and leaves its line', async (body, field) => {
  const { send, fake } = serve();
  const answer = await send('sam', 'POST', '/api/v1/jobs', body);
  expectProblem(answer, 400, 'invalid_input', { fields: [{ field, message: expect.any(String) }] });
  expect(fake.farm.records.size).toBe(0);
  expect(fake.audit).toMatchObject([{ action: 'submitJob', outcome: 'refused', code: 'invalid_input' }]);
});

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
  const [done, failed, lost] = [farm.submit('a', 'sam').id, farm.submit('b', 'sam').id, farm.submit('c', 'sam').id];
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
    ['error', 0, 'cancelled by ada. Job cancelled, but render-01 was lost before it confirmed that nothing of the job runs'],
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

test('PUT of another priority moves the job and answers with it whole', async () => {
  const { send, fake, id } = withJob();
  const answer = await send('ada', 'PUT', `/api/v1/jobs/${id}`, { priority: 30 });
  expect(answer).toMatchObject({ status: 200, body: { ...order, uid: id, priority: 30 } });
  expect(fake.farm.records.get(id)?.job.priority).toBe(80);
  expect(fake.audit).toMatchObject([{ action: 'setPriority', channel: 'rest', outcome: 'done', jobId: id }]);
});

test('a job that was read, given another priority and sent back whole is moved; sent back unchanged, nothing is done', async () => {
  const { send, fake, id } = withJob();
  const job = z.looseObject({}).parse((await send('ada', 'GET', `/api/v1/jobs/${id}`)).body);
  const moved = await send('ada', 'PUT', `/api/v1/jobs/${id}`, { ...job, priority: 5 });
  expect(moved).toMatchObject({ status: 200, body: { priority: 5 } });
  const again = z.looseObject({}).parse(moved.body);
  expect(await send('ada', 'PUT', `/api/v1/jobs/${id}`, again)).toMatchObject({ status: 200, body: { priority: 5 } });
  fake.farm.claimNext();
  const running = z.looseObject({}).parse((await send('ada', 'GET', `/api/v1/jobs/${id}`)).body);
  fake.farm.progress(id, 12);
  expect(await send('ada', 'PUT', `/api/v1/jobs/${id}`, running)).toMatchObject({ status: 200, body: { renderProgress: 12 } });
  expect(fake.audit).toHaveLength(1);
});

test.each([
  [{ state: 'cancelled' }, ['state']],
  [{ priority: 9, state: 'queued', template: { ...order.template, composition: 'other' }, note: 'x' }, ['template', 'note']],
  [{ priority: 9, uid: crypto.randomUUID() }, ['uid']],
])('PUT %j is a 400 that names what cannot be changed, changes nothing and leaves its line', async (body, fields) => {
  const { send, fake, id } = withJob();
  const answer = await send('ada', 'PUT', `/api/v1/jobs/${id}`, body);
  expectProblem(answer, 400, 'invalid_input', {
    detail: expect.stringMatching(new RegExp(`^${fields[0]}: `)),
    fields: fields.map((field) => ({ field, message: expect.any(String) })),
  });
  expect(fake.farm.records.get(id)?.job).toMatchObject({ priority: 50, version: 1 });
  expect(fake.audit).toMatchObject([{ action: 'setPriority', outcome: 'refused', code: 'invalid_input', jobId: id }]);
});

test('PUT that cannot be done says why, and each leaves one line as setPriority', async () => {
  const { send, fake, id } = withJob();
  const put = (as: 'vera' | 'ada' | null, uid: string, body?: object) => send(as, 'PUT', `/api/v1/jobs/${uid}`, body);
  const unknown = crypto.randomUUID();
  expectProblem(await put(null, id, { priority: 1 }), 401, 'unauthenticated');
  expectProblem(await put('vera', id, { state: 'cancelled' }), 403, 'forbidden');
  expectProblem(await put('ada', unknown, { priority: 1 }), 404, 'job_not_found');
  expectProblem(await put('ada', 'not-ours', { priority: 1 }), 404, 'job_not_found');
  expectProblem(await put('ada', id), 400, 'invalid_input');
  expectProblem(await put('ada', id, []), 400, 'invalid_input');
  expectProblem(await put('ada', id, { priority: 'high' }), 400, 'invalid_input');
  fake.farm.claimNext();
  expectProblem(await put('ada', id, { priority: 1 }), 409, 'job_not_queued');
  expect(fake.farm.records.get(id)?.job.priority).toBe(50);
  expect(fake.audit.map(({ action, code, jobId }) => [action, code, jobId])).toEqual([
    ['setPriority', 'unauthenticated', id],
    ['setPriority', 'forbidden', id],
    ['setPriority', 'job_not_found', unknown],
    ['setPriority', 'invalid_input', null],
    ['setPriority', 'invalid_input', id],
    ['setPriority', 'invalid_input', id],
    ['setPriority', 'invalid_input', id],
    ['setPriority', 'job_not_queued', id],
  ]);
});

test('a failure of ours during a PUT is no refusal: 500 without a line', async () => {
  const { send, fake, id } = withJob();
  fake.failNext('getJob', new Error('connection lost'));
  expectProblem(await send('ada', 'PUT', `/api/v1/jobs/${id}`, { priority: 1 }), 500, 'internal');
  expect(fake.audit).toEqual([]);
});

test('DELETE stops the job: removed is true when that is proven, and again when asked again', async () => {
  const { send, fake, id } = withJob();
  const running = fake.farm.submit('runs', 'sam', 100).id;
  fake.farm.claimNext();
  fake.answerCancels(true);
  for (const uid of [id, running, id, running]) {
    expect(await send('ada', 'DELETE', `/api/v1/jobs/${uid}`)).toMatchObject({ status: 200, body: { id: uid, removed: true } });
    expect(fake.farm.records.get(uid)?.job.status).toBe('CANCELLED');
  }
});

test('DELETE never says removed before it is proven: 202 while the host has not answered, or was lost', async () => {
  const { send, fake, id } = withJob();
  fake.farm.claimNext();
  const early = await send('ada', 'DELETE', `/api/v1/jobs/${id}?waitMs=0`);
  expect(early).toMatchObject({
    status: 202,
    body: { id, removed: false, outcome: 'cancelling', message: expect.stringContaining('render-01 has not yet confirmed') },
  });
  fake.farm.loseHost(id);
  expect(await send('ada', 'DELETE', `/api/v1/jobs/${id}`)).toMatchObject({
    status: 202,
    body: { id, removed: false, outcome: 'unconfirmed', message: expect.stringContaining('was lost') },
  });
});

test('DELETE waits for the host by itself, as long as DELETE /api/jobs/:id does', async () => {
  const { send, fake, id } = withJob();
  fake.farm.claimNext();
  const asked = send('ada', 'DELETE', `/api/v1/jobs/${id}`);
  await expect.poll(() => fake.farm.records.get(id)?.job.status).toBe('CANCELLING');
  fake.farm.acknowledgeStop(id);
  expect(await asked).toMatchObject({ status: 200, body: { id, removed: true } });
});

test('DELETE of a job that ended, or that finished before it could be stopped, removes nothing and says so', async () => {
  const { send, fake, id } = withJob();
  fake.farm.claimNext();
  fake.farm.complete(id);
  const ended = await send('ada', 'DELETE', `/api/v1/jobs/${id}`);
  expect(ended).toMatchObject({ status: 200, body: { id, removed: false, message: expect.stringContaining('nothing to cancel') } });
  const quick = fake.farm.submit('quick', 'sam').id;
  fake.farm.claimNext();
  fake.farm.passGate(quick);
  await send('ada', 'DELETE', `/api/v1/jobs/${quick}?waitMs=0`);
  fake.farm.finishFirst(quick);
  expect(await send('ada', 'DELETE', `/api/v1/jobs/${quick}`)).toMatchObject({
    status: 200,
    body: { id: quick, removed: false, outcome: 'finishedFirst' },
  });
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
      expectProblem(await send('ada', method, url), 404, 'job_not_found', { detail: expect.stringContaining(uid) });
    }
  },
);

test('there is no pickup: 404 with a sentence for whoever points nexrender-worker here; health answers anybody', async () => {
  const { send, fake, id } = withJob();
  for (const url of ['/api/v1/jobs/pickup', '/api/v1/jobs/pickup/night'])
    expectProblem(await send('ada', 'GET', url), 404, 'not_found', { detail: expect.stringContaining('Renderdeck worker') });
  expect(fake.farm.records.get(id)?.job.status).toBe('QUEUED');
  expect(await send(null, 'GET', '/api/v1/health')).toMatchObject({ status: 200, body: 'ok' });
});
