/* What a client reads of one job: its detail, its history, its receipt and the last reasons. */
import { expect, it } from 'vitest';
import { getJob, getReceipt, listJobChanges, listReasons, setPriority } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  cancel,
  claimAgain,
  expectDone,
  NEXRENDER_JOB,
  release,
} from '../../testing/index.ts';

const farm = aFarm();
const cancelled = async (id: string, reason: string | null = null) =>
  expectDone(await cancel(farm, id, reason)).view;

it('a job comes with its definition, attempts (newest first) and last heartbeat', async () => {
  const worker = await farm.worker();
  const first = await aRunningJob(farm, { worker });
  await release(first, 'Shut down.');
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

it('the changes of a job come in pages, each with its actor and both statuses', async () => {
  const { job } = await aQueuedJob(farm, { priority: 50 });
  await setPriority(farm.admin, { id: job.id, priority: 80, expectedVersion: null });
  await cancelled(job.id, 'wrong cut');
  const read = async (after: bigint | null, limit: number) =>
    expectDone(await listJobChanges(farm, { id: job.id, after, limit }));
  const first = await read(null, 2);
  expect(first.changes).toMatchObject([
    { event: 'submit', version: 1, statusBefore: null, statusAfter: 'QUEUED', priorityAfter: 50 },
    { event: 'setPriority', actor: 'ada', version: 2, priorityBefore: 50, priorityAfter: 80 },
  ]);
  const { changes, next } = await read(first.next, 2);
  expect(changes).toMatchObject([
    {
      event: 'cancelQueued',
      statusBefore: 'QUEUED',
      statusAfter: 'CANCELLED',
      facts: { reason: 'wrong cut' },
      priorityAfter: null,
    },
  ]);
  expect(next).toBeNull();
});

it('a receipt has one number from the cancel on, also in the audit, and is found', async () => {
  const running = await aRunningJob(farm);
  const { job: waits } = await aQueuedJob(farm);
  const [first, second] = [await cancelled(running.id), await cancelled(waits.id)];
  const number = first.receipt?.number ?? 0;
  expect(second.receipt?.number).toBe(number + 1);
  expect((await cancelled(running.id)).receipt?.number).toBe(number);
  const lines = await farm.sql`select outcome, after from audit_log
    where job_id = ${running.id} and action = 'cancelJob' order by id`;
  expect([...lines]).toMatchObject([
    { outcome: 'done', after: { status: 'CANCELLING', receipt: number } },
    { outcome: 'noop', after: { receipt: number } },
  ]);
  expect(await getReceipt(farm, { number })).toMatchObject({
    ok: true,
    view: { job: { id: running.id }, receipt: { number, host: 'render-01' } },
    hostLastHeardAt: expect.any(Date),
  });
  expect(await getReceipt(farm, { number: 987_654 })).toEqual({
    ok: false,
    rejection: { code: 'unknownReceipt', number: 987_654 },
  });
});

it('the last reasons are those of the actor, newest first, without repetition', async () => {
  for (const reason of ['typo', 'wrong comp', null, 'typo'])
    await cancelled((await aQueuedJob(farm)).job.id, reason);
  const { actor } = farm.admin.requestContext;
  expect(await listReasons(farm.db, actor, 2)).toEqual(['typo', 'wrong comp']);
  expect(await listReasons(farm.db, { kind: 'token', name: 'ada' }, 2)).toEqual([]);
});
