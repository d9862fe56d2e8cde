/*
 * Other programs depend on these shapes: every key of a job, a cancel receipt and a priority
 * receipt, the same over tRPC and REST.
 */
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const farm = farmOfFile();
const api = apiOfFile(farm);

const queuedJob = {
  id: UUID,
  name: 'main (template.aep)',
  template: 'template.aep',
  status: 'QUEUED',
  priority: 50,
  tags: [],
  position: expect.any(Number),
  ...{ noHostOffers: null, drainedHosts: null },
  ...{ version: 1, progress: 0 },
  timeLeftMs: null,
  estimate: null,
  transfer: null,
  phase: null,
  attempt: null,
  host: null,
  submittedBy: 'sam-bot',
  createdAt: INSTANT,
  startedAt: null,
  endedAt: null,
  failure: null,
  output: 'none',
  receipt: null,
  rerunOf: null,
  rerunBy: [],
  openAttempts: [],
  warnings: [],
};
const UNPUBLISHED = expect.stringMatching(/^Nothing of this job will be published: /);
const unstartedReceipt = {
  number: expect.any(Number),
  outcome: 'cancelled',
  output: 'none',
  requestedBy: 'ada-bot',
  requestedAt: INSTANT,
  reason: null,
  attempt: null,
  host: null,
  deliveredAt: null,
  deliveredWithProof: false,
  processes: [],
  proof: 'noProcess',
  survivors: [],
  files: { removed: 0, bytes: 0, leftovers: [] },
  ...{ firstSignalAt: null, deadAt: INSTANT },
  ...{ timeToDeadMs: 0, timeToCleanMs: 0, askToProofMs: 0 },
  warnings: [],
  openAttempts: [],
  declared: [],
  awaitedHosts: [],
  confirmedAt: INSTANT,
};

test('a submitted job is 201 {success, job} with a Location, the same over tRPC', async () => {
  const { status, headers, body } = await api.send('sam', 'POST', '/api/jobs', {
    job: NEXRENDER_JOB,
  });
  expect({ status, body }).toEqual({
    status: 201,
    body: { success: true, job: queuedJob, warnings: [UNPUBLISHED] },
  });
  const location = headers.get('location') ?? '';
  expect(location).toMatch(/^\/api\/jobs\/[0-9a-f-]{36}$/);
  const shown = await api.send('vera', 'GET', location);
  const { nexrenderJob, secretsDeletedAt, ...same } = await api
    .trpc('vera')
    .getJob.query({ id: location.slice('/api/jobs/'.length) });
  expect(shown.body).toEqual(same);
  expect([nexrenderJob, secretsDeletedAt]).toEqual([expect.any(Object), null]);
  expect(await api.trpc('sam').submitJob.mutate({ job: NEXRENDER_JOB })).toEqual({
    job: queuedJob,
    warnings: [UNPUBLISHED],
  });
});

const runningJob = {
  ...queuedJob,
  name: 'Runs',
  template: null,
  status: 'RENDERING',
  estimate: { startsAt: null, endsAt: null, ground: null, notKnown: 'firstRender' },
  priority: 100,
  position: null,
  version: 2,
  attempt: 1,
  host: 'render-01',
  submittedBy: 'test',
  startedAt: INSTANT,
};
const cancellingReceipt = {
  ...unstartedReceipt,
  outcome: 'cancelling',
  channel: 'rest',
  reason: 'late',
  attempt: 1,
  host: 'render-01',
  proof: null,
  ...{ deadAt: null, timeToDeadMs: null, timeToCleanMs: null, askToProofMs: null },
  confirmedAt: null,
};
const ended = { startedAt: INSTANT, endedBy: 'SIGTERM', endedAt: INSTANT };
const provenReceipt = {
  ...cancellingReceipt,
  outcome: 'cancelled',
  processes: [
    { pid: 4100, name: 'nexrender', parentPid: 4000, ...ended },
    { pid: 4101, name: 'aerender', parentPid: 4100, ...ended },
    { pid: 4102, name: 'AfterFX', parentPid: 4101, ...ended },
  ],
  proof: 'kernel',
  files: { removed: 12, bytes: 48_000, leftovers: [] },
  ...{ deliveredAt: INSTANT, deliveredWithProof: true },
  deadAt: INSTANT,
  ...{ timeToDeadMs: 41, timeToCleanMs: 9, askToProofMs: expect.any(Number) },
  confirmedAt: INSTANT,
};

test('a running and a cancelled job have every key, the same over tRPC and REST', async () => {
  const before = await farm.submit('Runs', 100);
  await farm.worker.claim();
  const { id } = before.job;
  const running = await api.send('vera', 'GET', `/api/jobs/${id}`);
  expect(running.body).toEqual({
    job: { ...runningJob, id },
    attempts: [expect.objectContaining({ number: 1, host: 'render-01', stop: null, steps: null })],
    ...{ template: 'template.aep', composition: 'main' },
    hidden: [],
    ...{ picture: null, noPicture: 'No frame yet' },
    hostLastHeardAt: null,
    warnings: [UNPUBLISHED],
    ...{ published: [], uid: id },
  });

  const asked = await api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`, { reason: 'late' });
  expect({ status: asked.status, body: asked.body }).toEqual({
    status: 202,
    body: {
      success: true,
      message: 'Stop requested; render-01 has not yet confirmed that nothing of the job runs',
      receipt: cancellingReceipt,
    },
  });

  await farm.worker.acknowledge(id);
  const over = await api.send('ada', 'DELETE', `/api/jobs/${id}`);
  expect({ status: over.status, body: over.body }).toEqual({
    status: 200,
    body: { success: true, message: 'Job cancelled successfully', receipt: provenReceipt },
  });
  const twice = await api.trpc('ada').cancelJob.mutate({ id, reason: 'another' });
  expect({ success: true, message: 'Job cancelled successfully', receipt: twice.receipt }).toEqual(
    over.body,
  );
  expect(twice.job.receipt).toEqual(twice.receipt);
  expect((await api.send('vera', 'GET', `/api/jobs/${id}`)).body).toMatchObject({ job: twice.job });
});

test('a queued job has the same receipt over tRPC and REST except for the channel', async () => {
  const [one, other] = [await farm.submit(), await farm.submit()];
  const rest = await api.send('ada', 'DELETE', `/api/jobs/${one.job.id}`);
  expect({ status: rest.status, body: rest.body }).toEqual({
    status: 200,
    body: {
      success: true,
      message: 'Job cancelled successfully',
      receipt: { ...unstartedReceipt, channel: 'rest' },
    },
  });
  expect((await api.trpc('ada').cancelJob.mutate({ id: other.job.id })).receipt).toEqual({
    ...unstartedReceipt,
    channel: 'trpc',
  });
});

test('a priority change is {success, job, newPosition, receipt}, like over tRPC', async () => {
  const { job } = await farm.submit('Moves', 1);
  const before = (await api.trpc('vera').getJob.query({ id: job.id })).job.position;
  const set = await api.send('ada', 'PATCH', `/api/jobs/${job.id}/priority`, { priority: 100 });
  const receipt = {
    priority: { before: 1, after: 100 },
    position: { before, after: 1 },
    changedBy: 'ada-bot',
    changedAt: INSTANT,
    countedAt: INSTANT,
    version: 2,
    noop: false,
  };
  expect({ status: set.status, body: set.body }).toEqual({
    status: 200,
    body: {
      success: true,
      job: {
        ...queuedJob,
        id: job.id,
        name: 'Moves',
        template: null,
        priority: 100,
        position: 1,
        version: 2,
        submittedBy: 'test',
      },
      newPosition: 1,
      receipt,
    },
  });
  const again = await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 100 });
  expect(again.receipt).toEqual({
    ...receipt,
    priority: { before: 100, after: 100 },
    position: { before: 1, after: 1 },
    noop: true,
  });
  expect({ success: true, job: again.job, newPosition: again.newPosition, receipt }).toEqual(
    set.body,
  );
});

test('a sign-in is 200 {success, user} with an HttpOnly cookie, a sign-out is 204', async () => {
  const made = await api.send(null, 'POST', '/api/session', {
    username: 'sam',
    password: 'an honest long password',
  });
  expect({ status: made.status, body: made.body }).toEqual({
    status: 200,
    body: { success: true, user: { name: 'sam', role: 'submitter' } },
  });
  expect(made.headers.get('set-cookie')).toMatch(/^renderdeck_session=[^;]+; .*HttpOnly/);
  expect(made.headers.get('set-cookie')).toMatch(/SameSite=Strict/i);
  const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await api.send({ cookie }, 'DELETE', '/api/session')).status).toBe(204);
  expect((await api.send({ cookie }, 'GET', '/api/jobs')).status).toBe(401);
});
