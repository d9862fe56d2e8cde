/*
 * Programs for nexrender-server work with Renderdeck. They are played by the published client,
 * @nexrender/api.
 */
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, type Name, NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { collectEvents, createClient } from './nexrender-client.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { nexrenderApi: true, submitPriorityMax: 100 });

const clientOf = (name: Name) =>
  createClient({ host: api.url, secret: farm.secretOf(name), polling: 20 });
const linesOf = async (jobId: string) =>
  await farm.sql`
    SELECT actor, channel, action, outcome, code FROM audit_log
    WHERE job_id = ${jobId} ORDER BY id`;

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
