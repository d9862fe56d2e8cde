import { expect, it } from 'vitest';
import {
  cancelJob,
  getReceipt,
  listJobChanges,
  listReasons,
  setPriority,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, aRunningJob, expectDone } from '../../testing/index.ts';

const farm = aFarm();
const cancel = async (id: string, reason: string | null = null) =>
  expectDone(await cancelJob(farm.admin, { id, reason })).view;

it('the changes of a job come in pages, each with its actor and both statuses', async () => {
  const { job } = await aQueuedJob(farm, { priority: 50 });
  await setPriority(farm.admin, { id: job.id, priority: 80, expectedVersion: null });
  await cancel(job.id, 'wrong cut');
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
  const unknown = '0198a000-0000-7000-8000-00000000dead';
  expect(await listJobChanges(farm, { id: unknown, after: null, limit: 1 })).toMatchObject({
    rejection: { code: 'unknownJob' },
  });
});

it('a receipt has one number from the cancel on, also in the audit, and is found', async () => {
  const running = await aRunningJob(farm);
  const { job: waits } = await aQueuedJob(farm);
  const [first, second] = [await cancel(running.id), await cancel(waits.id)];
  const number = first.receipt?.number ?? 0;
  expect(second.receipt?.number).toBe(number + 1);
  expect((await cancel(running.id)).receipt?.number).toBe(number);
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
    await cancel((await aQueuedJob(farm)).job.id, reason);
  const { actor } = farm.admin.requestContext;
  expect(await listReasons(farm.db, actor, 2)).toEqual(['typo', 'wrong comp']);
  expect(await listReasons(farm.db, { kind: 'token', name: 'ada' }, 2)).toEqual([]);
});
