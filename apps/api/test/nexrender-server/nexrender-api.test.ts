/*
 * Programs for nexrender-server work with Renderdeck. They are played by the published client,
 * @nexrender/api.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Name,
  NEXRENDER_JOB,
  openFarm,
  type TestApi,
  type TestFarm,
} from '../../testing/open-farm.ts';
import { collectEvents, createClient } from './nexrender-client.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve({ nexrenderApi: true, submitPriorityMax: 100 });
});
afterAll(() => farm.close());

const clientOf = (name: Name) =>
  createClient({ host: api.url, secret: farm.secretOf(name), polling: 20 });
const linesOf = async (jobId: string) =>
  await farm.sql`
    SELECT actor, channel, action, outcome, code FROM audit_log
    WHERE job_id = ${jobId} ORDER BY id`;
/** The refusal. The client throws the body as the text of its error. */
const refusalOf = async (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => JSON.parse(error instanceof Error ? error.message : '{}'),
  );

test('addJob submits and reports every step: created, started, progress, finished', async () => {
  const events = await clientOf('sam').addJob({ ...NEXRENDER_JOB, priority: 50 });
  const { seen, ended } = collectEvents(events);
  const { jobId: id } = await farm.worker.claim();
  await expect.poll(() => seen).toContain('started');
  await farm.worker.progress(id, 42.7);
  await expect.poll(() => seen).toContain('progress 42');
  await farm.worker.complete(id);
  expect(await ended).toMatchObject({
    uid: id,
    state: 'finished',
    renderProgress: 100,
    jobExecutor: 'render-01',
    error: null,
  });
  // The client polls before it has the last answer, so a late answer may repeat a step.
  expect(seen[0]).toBe('created');
  expect(seen).toEqual(
    expect.arrayContaining([
      'started',
      'progress 42',
      'render:dorender',
      'progress 100',
      'finished',
    ]),
  );
  expect(await linesOf(id)).toEqual([
    { actor: 'sam-bot', channel: 'rest', action: 'submitJob', outcome: 'done', code: null },
  ]);
});

test('a failed job ends in error with its reason, for a resumed job too', async () => {
  const { job } = await farm.submit('Fails', 100);
  const { ended } = collectEvents(await clientOf('vera').resumeJob(job.id));
  await farm.worker.claim();
  await farm.worker.fail(job.id, 'The template is not there.');
  expect(await ended).toMatchObject({
    uid: job.id,
    state: 'error',
    error: 'The template is not there.',
  });
});

test('removeJob is true when the host has proof, and a waiting client gets the end', async () => {
  const { job } = await farm.submit('Stopped', 100);
  const { ended } = collectEvents(await clientOf('vera').resumeJob(job.id));
  await farm.worker.claim();
  const removed = clientOf('ada').removeJob(job.id);
  await expect
    .poll(async () => (await clientOf('vera').fetchJob(job.id)).state)
    .toBe('render:cleanup');
  await farm.worker.acknowledge(job.id);
  expect(await removed).toEqual({ id: job.id, removed: true });
  expect(await ended).toMatchObject({ state: 'error', error: 'cancelled by ada-bot' });
  expect(await linesOf(job.id)).toContainEqual({
    actor: 'ada-bot',
    channel: 'rest',
    action: 'cancelJob',
    outcome: 'done',
    code: null,
  });
});

test('removeJob of a job that has ended is no error and removes nothing', async () => {
  const { job } = await farm.submit('Ended', 100);
  await farm.worker.claim();
  await farm.worker.complete(job.id);
  expect(await clientOf('ada').removeJob(job.id)).toMatchObject({ id: job.id, removed: false });
  expect(await clientOf('ada').fetchJob(job.id)).toMatchObject({ state: 'finished' });
});

test('listJobs and fetchJob give whole jobs, oldest first', async () => {
  const [first, second] = [await farm.submit('first'), await farm.submit('second')];
  const jobs = await clientOf('vera').listJobs();
  expect(
    jobs.map(({ uid }) => uid).filter((uid) => uid === first.job.id || uid === second.job.id),
  ).toEqual([first.job.id, second.job.id]);
  const shown = await clientOf('vera').fetchJob(first.job.id);
  expect(shown).toMatchObject({
    ...NEXRENDER_JOB,
    uid: first.job.id,
    state: 'queued',
    priority: 0,
  });
  expect(jobs).toContainEqual(shown);
});

test('updateJob changes the priority, alone or as part of the whole job', async () => {
  const { job } = await farm.submit('Moves');
  const client = clientOf('ada');
  expect(await client.updateJob(job.id, { priority: 7 })).toMatchObject({
    uid: job.id,
    priority: 7,
  });
  expect(
    await client.updateJob(job.id, { ...(await client.fetchJob(job.id)), priority: -20 }),
  ).toMatchObject({ priority: -20 });
  expect((await api.trpc('vera').getJob.query({ id: job.id })).job.priority).toBe(30);
});

test('a client finds its job by the uid that it chose: addJob, updateJob, removeJob', async () => {
  const uid = 'order-17_a';
  const { ended } = collectEvents(await clientOf('sam').addJob({ ...NEXRENDER_JOB, uid }));
  expect(await clientOf('vera').fetchJob(uid)).toMatchObject({ uid, state: 'queued' });
  expect(await clientOf('ada').updateJob(uid, { priority: 3 })).toMatchObject({ uid, priority: 3 });
  const { jobId } = await farm.worker.claim();
  await farm.worker.complete(jobId);
  expect(await ended).toMatchObject({ uid, state: 'finished' });
  expect(await clientOf('ada').updateJob(uid, { state: 'queued' })).toMatchObject({
    uid,
    state: 'queued',
  });
  expect(await clientOf('ada').removeJob(uid)).toEqual({ id: uid, removed: true });
});

test('an impossible request is refused with a sentence and recorded', async () => {
  const { job } = await farm.submit('Refused');
  expect(await refusalOf(clientOf('ada').updateJob(job.id, { state: 'cancelled' }))).toMatchObject({
    status: 400,
    code: 'invalid_input',
  });
  expect(await refusalOf(clientOf('vera').updateJob(job.id, { priority: 1 }))).toMatchObject({
    status: 403,
    code: 'forbidden',
  });
  expect(await refusalOf(clientOf('sam').removeJob(job.id))).toMatchObject({
    status: 403,
    code: 'forbidden',
  });
  expect(
    await refusalOf(createClient({ host: api.url, secret: 'guessed' }).removeJob(job.id)),
  ).toMatchObject({ status: 401 });
  expect(
    (
      await api.send(null, 'PUT', `/api/v1/jobs/${job.id}`, '{', {
        'nexrender-secret': farm.secretOf('ada'),
      })
    ).status,
  ).toBe(400);
  const line = { channel: 'rest', outcome: 'refused' };
  await expect.poll(() => linesOf(job.id)).toHaveLength(6);
  expect((await linesOf(job.id)).slice(1)).toEqual([
    { ...line, actor: 'ada-bot', action: 'setPriority', code: 'invalid_input' },
    { ...line, actor: 'vera-bot', action: 'setPriority', code: 'forbidden' },
    { ...line, actor: 'sam-bot', action: 'cancelJob', code: 'forbidden' },
    { ...line, actor: 'unknown', action: 'cancelJob', code: 'unauthenticated' },
    { ...line, actor: 'ada-bot', action: 'setPriority', code: 'invalid_json' },
  ]);
  expect(await refusalOf(clientOf('vera').addJob(NEXRENDER_JOB))).toMatchObject({ status: 403 });
  expect(await refusalOf(clientOf('sam').addJob({ ...NEXRENDER_JOB, uid: '../x' }))).toMatchObject({
    status: 400,
    code: 'invalid_input',
    fields: [expect.objectContaining({ field: 'uid' })],
  });
  expect(await refusalOf(clientOf('ada').fetchJob(randomUUID()))).toMatchObject({
    status: 404,
    code: 'job_not_found',
  });
  expect(await refusalOf(clientOf('ada').pickupJob())).toMatchObject({
    status: 404,
    code: 'not_found',
  });
});

test('under /api/v1 only tokens count, elsewhere nexrender-secret does not count', async () => {
  const secret = { 'nexrender-secret': farm.secretOf('vera') };
  const session = await api.signIn('ada');
  const statusOf = async (...call: Parameters<TestApi['send']>) => (await api.send(...call)).status;
  expect(await statusOf(null, 'GET', '/api/v1/jobs', undefined, secret)).toBe(200);
  expect(await statusOf('vera', 'GET', '/api/v1/jobs')).toBe(200);
  expect(await statusOf(session, 'GET', '/api/v1/jobs')).toBe(401);
  expect(await statusOf(session, 'GET', '/api/jobs')).toBe(200);
  expect(await statusOf(null, 'GET', '/api/jobs', undefined, secret)).toBe(401);
});

test('the nexrender API is not found unless it is switched on', async () => {
  const off = await farm.serve();
  const client = createClient({ host: off.url, secret: farm.secretOf('ada') });
  expect(await refusalOf(client.listJobs())).toMatchObject({ status: 404, code: 'not_found' });
  expect(await refusalOf(client.addJob(NEXRENDER_JOB))).toMatchObject({
    status: 404,
    code: 'not_found',
  });
});
