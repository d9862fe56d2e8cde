import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { getJob, releaseAttempt } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  claimAgain,
  NEXRENDER_JOB,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();

it('a job comes with its definition, attempts (newest first) and last heartbeat', async () => {
  const worker = await farm.worker();
  const first = await aRunningJob(farm, { worker });
  await releaseAttempt(worker, {
    attempt: attemptOf(first),
    reports: reports(),
    why: 'Shut down.',
  });
  const second = await claimAgain(farm, first.id, { worker });
  const detail = await getJob(farm, { id: first.id });
  expect(detail).toMatchObject({
    ok: true,
    view: { job: { status: 'RENDERING', attempts: 2 }, host: 'render-01' },
    attempts: [
      { id: second.attemptId, number: 2, outcome: null },
      { id: first.attemptId, number: 1, outcome: 'released' },
    ],
    nexrenderJob: NEXRENDER_JOB,
  });
  const [host] = await farm.sql`select last_heard_at from render_hosts`;
  expect(detail).toMatchObject({ hostLastHeardAt: host?.last_heard_at });
});

it('a job that was never claimed has neither attempts nor a host', async () => {
  const { job } = await aQueuedJob(farm);
  expect(await getJob(farm, { id: job.id })).toMatchObject({
    view: { position: 1 },
    attempts: [],
    hostLastHeardAt: null,
  });
});

it('a job that does not exist is rejected by its id', async () => {
  const id = randomUUID();
  expect(await getJob(farm, { id })).toEqual({ ok: false, rejection: { code: 'unknownJob', id } });
});
