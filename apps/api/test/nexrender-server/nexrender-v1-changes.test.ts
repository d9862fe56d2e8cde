import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openRest } from '../rest/open-rest.ts';

const rest = openRest({ nexrenderApi: true });
beforeEach(async () => void (await rest.host.signOn(undefined, ['night'])));

const order = {
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
  tags: 'night',
  custom: { ticket: 7 },
};

/** One job in the queue. */
async function withJob() {
  return { send: rest.send, id: await rest.submit('Intro', 50, order) };
}

test('PUT of a whole job with a new priority moves it; unchanged, it does nothing', async () => {
  const { send, id } = await withJob();
  const job = z.looseObject({}).parse((await send('ada', 'GET', `/api/v1/jobs/${id}`)).body);
  const moved = await send('ada', 'PUT', `/api/v1/jobs/${id}`, { ...job, priority: 5 });
  expect(moved).toMatchObject({ status: 200, body: { ...order, uid: id, priority: 5 } });
  expect((await rest.job(id))?.priority).toBe(55);
  const again = z.looseObject({}).parse(moved.body);
  expect(await send('ada', 'PUT', `/api/v1/jobs/${id}`, again)).toMatchObject({
    status: 200,
    body: { priority: 5 },
  });
  await rest.host.claimNext();
  await rest.host.progress(id, 5);
  const running = z.looseObject({}).parse((await send('ada', 'GET', `/api/v1/jobs/${id}`)).body);
  await rest.host.progress(id, 12);
  expect(await send('ada', 'PUT', `/api/v1/jobs/${id}`, running)).toMatchObject({
    status: 200,
    body: { renderProgress: 12 },
  });
  expect(await rest.audit()).toMatchObject([
    { action: 'setPriority', channel: 'rest', outcome: 'done', jobId: id },
  ]);
});

test.each([
  [{ state: 'cancelled' }, ['state']],
  [
    {
      priority: 9,
      state: 'queued',
      template: { ...order.template, composition: 'other' },
      note: 'x',
    },
    ['template', 'note'],
  ],
  [{ priority: 9, uid: crypto.randomUUID() }, ['uid']],
])(
  'PUT %j is a 400 that names what cannot be changed, changes nothing and leaves its line',
  async (body, fields) => {
    const { send, id } = await withJob();
    const answer = await send('ada', 'PUT', `/api/v1/jobs/${id}`, body);
    expectProblem(answer, 400, 'invalid_input', {
      detail: expect.stringMatching(new RegExp(`^"${fields[0]}": `)),
      fields: fields.map((field) => ({ field, message: expect.any(String) })),
    });
    expect(await rest.job(id)).toMatchObject({ priority: 50, version: 1 });
    expect(await rest.audit()).toMatchObject([
      { action: 'setPriority', outcome: 'refused', code: 'invalid_input', jobId: id },
    ]);
  },
);

test('PUT that cannot be done says why, and each leaves one line as setPriority', async () => {
  const { send, id } = await withJob();
  const put = (as: 'vera' | 'ada' | null, uid: string, body?: object) =>
    send(as, 'PUT', `/api/v1/jobs/${uid}`, body);
  const unknown = crypto.randomUUID();
  expectProblem(await put(null, id, { priority: 1 }), 401, 'unauthenticated');
  expectProblem(await put('vera', id, { state: 'cancelled' }), 403, 'forbidden');
  expectProblem(await put('ada', unknown, { priority: 1 }), 404, 'job_not_found');
  expectProblem(await put('ada', 'not-ours', { priority: 1 }), 404, 'job_not_found');
  expectProblem(await put('ada', id), 400, 'invalid_input');
  expectProblem(await put('ada', id, []), 400, 'invalid_input');
  expectProblem(await put('ada', id, { priority: 'high' }), 400, 'invalid_input');
  await rest.host.claimNext();
  expectProblem(await put('ada', id, { priority: 1 }), 409, 'job_not_queued');
  expect((await rest.job(id))?.priority).toBe(50);
  expect((await rest.audit()).map(({ action, code, jobId }) => [action, code, jobId])).toEqual([
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
  const { send, id } = await withJob();
  await rest.sql`alter table job_definitions rename to away`;
  const answer = await send('ada', 'PUT', `/api/v1/jobs/${id}`, { priority: 1 });
  await rest.sql`alter table away rename to job_definitions`;
  expectProblem(answer, 500, 'internal');
  expect(await rest.audit()).toEqual([]);
});

test('DELETE stops the job: removed is true with proof, also when repeated', async () => {
  const { send, id } = await withJob();
  const running = await rest.submit('runs', 100);
  await rest.host.claimNext();
  const stopping = rest.host.untilAsked(running).then(() => rest.host.acknowledge(running));
  for (const uid of [id, running, id, running]) {
    expect(await send('ada', 'DELETE', `/api/v1/jobs/${uid}`)).toMatchObject({
      status: 200,
      body: { id: uid, removed: true },
    });
    expect((await rest.job(uid))?.status).toBe('CANCELLED');
  }
  await stopping;
});

test('DELETE is 202 and not removed while the host is silent or lost', async () => {
  const { send, id } = await withJob();
  await rest.host.claimNext();
  const early = await send('ada', 'DELETE', `/api/v1/jobs/${id}?waitMs=0`);
  expect(early).toMatchObject({
    status: 202,
    body: {
      id,
      removed: false,
      outcome: 'cancelling',
      message: expect.stringContaining('render-01 has not yet confirmed'),
    },
  });
  await rest.host.lose(id);
  expect(await send('ada', 'DELETE', `/api/v1/jobs/${id}`)).toMatchObject({
    status: 202,
    body: {
      id,
      removed: false,
      outcome: 'unconfirmed',
      message: expect.stringContaining('is not proven'),
    },
  });
});

test('DELETE of a job that ended or finished first says that it was not removed', async () => {
  const { send, id } = await withJob();
  await rest.host.claimNext();
  await rest.host.complete(id);
  const ended = await send('ada', 'DELETE', `/api/v1/jobs/${id}`);
  expect(ended).toMatchObject({
    status: 200,
    body: { id, removed: false, message: expect.stringContaining('nothing to cancel') },
  });
  const quick = await rest.submit('quick');
  await rest.host.claimNext();
  await rest.host.passGate(quick);
  await send('ada', 'DELETE', `/api/v1/jobs/${quick}?waitMs=0`);
  await rest.host.complete(quick);
  expect(await send('ada', 'DELETE', `/api/v1/jobs/${quick}`)).toMatchObject({
    status: 200,
    body: { id: quick, removed: false, outcome: 'finishedFirst' },
  });
});
