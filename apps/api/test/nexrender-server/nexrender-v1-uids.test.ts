import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { FILM } from '@renderdeck/operations/testing';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openRest } from '../rest/open-rest.ts';

const rest = openRest({ nexrenderApi: true });
beforeEach(async () => void (await rest.host.signOn(undefined, ['night'])));

const UID = 'V1StGXR8_Z5jdHi6B-myT';
const order = {
  uid: UID,
  template: { src: 'file:///C:/projects/intro.aep', composition: 'main' },
  tags: 'night',
};
const post = (body: object, as: 'sam' | 'ada' = 'sam') =>
  rest.send(as, 'POST', '/api/v1/jobs', body);
const put = (uid: string, body: object, as: 'sam' | 'ada' = 'ada') =>
  rest.send(as, 'PUT', `/api/v1/jobs/${uid}`, body);
const get = (uid: string) => rest.send('vera', 'GET', `/api/v1/jobs/${uid}`);
const list = async (query = '') =>
  z
    .array(z.object({ uid: z.string(), state: z.string() }))
    .parse((await rest.send('vera', 'GET', `/api/v1/jobs${query}`)).body);
const actsOf = async () =>
  (await rest.audit()).map(({ action, outcome, code }) => [action, code ?? outcome]);

test('GET, PUT and DELETE find a job by its chosen uid, and actions get it', async () => {
  expect(await post(order)).toMatchObject({ status: 200, body: { uid: UID, state: 'queued' } });
  const [job] = await rest.sql<{ id: string }[]>`select id from jobs`;
  for (const uid of [UID, job?.id ?? ''])
    expect(await get(uid)).toMatchObject({ status: 200, body: { uid: UID } });
  expect(await rest.send('vera', 'GET', `/api/v1/jobs/${UID}/status`)).toMatchObject({
    body: { uid: UID, state: 'queued' },
  });
  expect(await put(UID, { priority: 7 })).toMatchObject({ body: { uid: UID, priority: 7 } });
  expect(await list()).toEqual([{ uid: UID, state: 'queued' }]);
  expect(await rest.send('ada', 'DELETE', `/api/v1/jobs/${UID}`)).toMatchObject({
    status: 200,
    body: { id: UID, removed: true },
  });
  expect((await rest.job(job?.id ?? ''))?.status).toBe('CANCELLED');
});

test('the same uid with the same body is the same job; with another body it is 409', async () => {
  const [first, again] = await Promise.all([post(order), post(order)]);
  expect(again).toMatchObject({ status: 200, body: { uid: UID } });
  expect(first?.body).toEqual(again?.body);
  expect((await post(order, 'ada')).body).toEqual(first?.body);
  expect(await rest.countJobs()).toBe(1);
  const other = { ...order, template: { ...order.template, composition: 'other' } };
  expectProblem(await post(other), 409, 'uid_taken', { uid: UID, jobId: expect.any(String) });
  expectProblem(await post({ ...order, priority: -1 }), 409, 'uid_taken');
  expect(await rest.countJobs()).toBe(1);
  const [job] = await rest.sql<{ id: string }[]>`select id from jobs`;
  expectProblem(await post({ ...order, uid: job?.id }), 409, 'uid_taken');
});

test.each(['../x', 'a b', 'x'.repeat(65)])('the uid %j is refused', async (uid) => {
  expectProblem(await post({ ...order, uid }), 400, 'invalid_input', {
    fields: [{ field: 'uid', message: 'A uid has 1 to 64 letters, digits, _ and -.' }],
  });
  expect(await rest.countJobs()).toBe(0);
});

test('PUT state queued runs an ended job again under its uid, also as a whole job', async () => {
  await post(order);
  const first = await rest.host.claimNext();
  await rest.host.fail(first, 'no template');
  const failed = z.looseObject({}).parse((await get(UID)).body);
  expect(failed).toMatchObject({ state: 'error', error: 'no template' });
  const whole = { ...failed, state: 'queued', error: null, renderProgress: 0 };
  expect(await put(UID, whole, 'sam')).toMatchObject({
    status: 200,
    body: { uid: UID, state: 'queued' },
  });
  expect(await list()).toEqual([{ uid: UID, state: 'queued' }]);
  const second = await rest.host.claimNext();
  expect(second).not.toBe(first);
  for (const uid of [UID, first, second])
    expect(await get(uid)).toMatchObject({ body: { uid: UID, state: 'started' } });
  await rest.host.complete(second);
  expect(await put(UID, { state: 'queued', priority: 20 })).toMatchObject({
    body: { uid: UID, state: 'queued', priority: 20 },
  });
  expect(await list()).toEqual([{ uid: UID, state: 'queued' }]);
  expect(await post(order)).toMatchObject({ status: 200, body: { uid: UID, state: 'queued' } });
  expect(await rest.countJobs()).toBe(3);
});

test('PUT state queued of a job without a chosen uid keeps its uid as well', async () => {
  const id = await rest.submit();
  await rest.host.claimNext();
  await rest.host.fail(id, 'no template');
  const answers = await Promise.all([1, 2].map(() => put(id, { state: 'queued' })));
  for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { uid: id } });
  expect(await list()).toEqual([{ uid: id, state: 'queued' }]);
  expect(await rest.countJobs()).toBe(2);
});

test('a job that has not ended, or belongs to somebody else, does not run again', async () => {
  await post(order);
  await rest.host.claimNext();
  expectProblem(await put(UID, { state: 'queued' }), 400, 'invalid_input', {
    detail: '"state": The job has not ended. DELETE stops it, and then it can run again.',
  });
  const other = await rest.submit('of sam’s token', 50, { ...order, uid: undefined });
  await rest.sql`delete from job_submitters where job_id = ${other}`;
  await rest.host.claimNext();
  await rest.host.fail(other, 'no');
  expectProblem(await put(other, { state: 'queued' }, 'sam'), 403, 'not_your_job');
  expect(await actsOf()).toEqual([
    ['submitJob', 'done'],
    ['setPriority', 'invalid_input'],
    ['resubmitJob', 'not_your_job'],
  ]);
});

test('PUT of tags works while the job waits: only hosts with all of them claim it', async () => {
  await post(order);
  expect(await put(UID, { tags: ['night', 'gpu 2'] })).toMatchObject({
    status: 200,
    body: { tags: 'gpu_2,night' },
  });
  await expect(rest.host.claimNext()).rejects.toThrow('No job is queued.');
  expectProblem(await put(UID, { tags: 7 }), 400, 'invalid_input');
  expectProblem(await put(UID, { tags: 'x' }, 'sam'), 403, 'forbidden');
  expect(await put(UID, { tags: 'night', priority: 9 })).toMatchObject({
    body: { tags: 'night', priority: 9 },
  });
  await rest.host.claimNext();
  expectProblem(await put(UID, { tags: '' }), 409, 'job_not_queued');
  expect(await actsOf()).toEqual([
    ['submitJob', 'done'],
    ['setTags', 'done'],
    ['setTags', 'invalid_input'],
    ['setTags', 'forbidden'],
    ['setPriority', 'done'],
    ['setTags', 'done'],
    ['setTags', 'job_not_queued'],
  ]);
});

test('tags may be a list, or have spaces, which count as _', async () => {
  const answer = await post({ ...order, tags: ['night', ' after effects '] });
  expect(answer).toMatchObject({ status: 200, body: { tags: ['night', ' after effects '] } });
  const [job] = await rest.sql`select tags from jobs`;
  expect(job).toEqual({ tags: 'after_effects,night' });
});

test('output names what was published, in the job and in the list', async () => {
  await post(order);
  const id = await rest.host.claimNext();
  expect((await get(UID)).body).toMatchObject({ output: '', outputs: [] });
  expect((await rest.send('vera', 'GET', '/api/v1/jobs')).body).toMatchObject([{ output: '' }]);
  await rest.host.passGate(id);
  await rest.host.complete(id);
  const out = { state: 'finished', output: FILM, outputs: [FILM] };
  expect((await get(UID)).body).toMatchObject(out);
  expect((await rest.send('vera', 'GET', '/api/v1/jobs')).body).toMatchObject([out]);
});

test('types= chooses jobs of these types', async () => {
  await post({ ...order, uid: 'a', type: 'preview' });
  await post({ ...order, uid: 'b' });
  const uids = async (query: string) => (await list(query)).map(({ uid }) => uid);
  expect(await uids('?types=preview')).toEqual(['a']);
  expect(await uids('?types=default,other')).toEqual(['b']);
  expect((await uids('')).toSorted()).toEqual(['a', 'b']);
  const states = await rest.send('vera', 'GET', '/api/v1/jobs/status?types=preview');
  expect(states.body).toMatchObject([{ uid: 'a' }]);
});
