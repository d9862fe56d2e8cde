/*
 * After a failover or a restore the database may have lost claims. A cancel then waits for the
 * reports of the hosts. `newIncarnation` simulates the failover: for all programs a new incarnation
 * begins.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import {
  declareHostGone,
  findJobView,
  readIncarnation,
  recordJournalSent,
  settleAwaitingJobs,
  signOffHost,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aReport,
  aRunningJob,
  cancel,
  expectDone,
  newIncarnation,
  restore,
  silence,
} from '../../testing/index.ts';

const farm = aFarm();
const hosts = ['render-01', 'render-02'];
let workers: WorkerContext[] = [];
beforeEach(async () => {
  await farm.sql`delete from render_hosts`;
  workers = [];
  for (const host of hosts) workers.push(await farm.worker(host));
});

const cancelled = async (id: string) => expectDone(await cancel(farm, id)).view.receipt;
const receiptOf = async (id: string) => (await findJobView(farm.db, id))?.receipt;
const settle = async () =>
  expectDone(await settleAwaitingJobs({ db: farm.db }, { actor: 'renderdeck' })).ids;
const sendJournal = async (worker: WorkerContext | undefined) => {
  if (worker === undefined) throw new Error('no such worker');
  await recordJournalSent(worker, { incarnation: await readIncarnation(farm.db) });
};
const awaited = (host: string, facts: object = {}) =>
  expect.objectContaining({ host, reportedAt: null, declaration: null, ...facts });

it('a cancel is proven when each host has told the new incarnation what it runs', async () => {
  const { id } = (await aQueuedJob(farm)).job;
  await newIncarnation(farm);
  expect(await cancelled(id)).toMatchObject({
    outcome: 'unconfirmed',
    proof: null,
    confirmedAt: null,
    awaitedHosts: hosts.map((host) => awaited(host)),
  });
  expect(await settle()).toEqual([]);

  await sendJournal(workers[0]);
  const seen = await farm.trace(settle);
  expect(seen.result).toEqual([id]);
  expect(seen.changes).toMatchObject([{ event: 'confirmStop', actor: 'renderdeck' }]);
  expect(await receiptOf(id)).toMatchObject({ outcome: 'unconfirmed', proof: null });

  await sendJournal(workers[1]);
  const both = await Promise.all([settle(), settle()]);
  expect(both.flat()).toEqual([id]);
  const receipt = await receiptOf(id);
  expect(receipt).toMatchObject({ outcome: 'cancelled', proof: 'noProcess' });
  const [first, second] = receipt?.awaitedHosts.map(({ reportedAt }) => reportedAt) ?? [];
  expect(receipt?.confirmedAt).toEqual(second);
  expect(first?.getTime()).toBeLessThanOrEqual(second?.getTime() ?? 0);
  expect(await settle()).toEqual([]);
});

it('a report to an earlier incarnation no longer counts', async () => {
  const { id } = (await aQueuedJob(farm)).job;
  for (const worker of workers) await sendJournal(worker);
  expect(await cancelled(id)).toMatchObject({ outcome: 'cancelled', awaitedHosts: [] });
  const { id: later } = (await aQueuedJob(farm)).job;
  await newIncarnation(farm);
  expect(await cancelled(later)).toMatchObject({ outcome: 'unconfirmed' });
});

it('a report of a host counts for its next daemon, too', async () => {
  const { id } = (await aQueuedJob(farm)).job;
  await newIncarnation(farm);
  for (const worker of workers) await sendJournal(worker);
  await silence(farm, 'render-01');
  await farm.worker('render-01');
  expect(await cancelled(id)).toMatchObject({ outcome: 'cancelled', awaitedHosts: [] });
});

it('the cancel of a job that was submitted in this incarnation waits for no host', async () => {
  await newIncarnation(farm);
  const { id } = (await aQueuedJob(farm)).job;
  expect(await cancelled(id)).toMatchObject({ outcome: 'cancelled', awaitedHosts: [] });
});

it('before an API has opened the incarnation, every job counts as older than it', async () => {
  await farm.sql`delete from database_incarnations`;
  const { id } = (await aQueuedJob(farm)).job;
  expect(await cancelled(id)).toMatchObject({ outcome: 'unconfirmed' });
});

it('a host that signed off is not waited for, and a declared host is no proof', async () => {
  const { id } = (await aQueuedJob(farm)).job;
  await newIncarnation(farm);
  if (workers[0] !== undefined) await signOffHost(workers[0]);
  expect((await cancelled(id))?.awaitedHosts).toEqual([awaited('render-02')]);
  await silence(farm, 'render-02');
  expectDone(await declareHostGone(farm.admin, { name: 'render-02', reason: 'It burned.' }));
  expect(await settle()).toContain(id);
  const declaration = { by: 'ada', at: expect.any(Date), reason: 'It burned.' };
  expect(await receiptOf(id)).toMatchObject({
    outcome: 'declared',
    proof: null,
    confirmedAt: null,
    awaitedHosts: [awaited('render-02', { declaration })],
  });
  await sendJournal(await farm.worker('render-02'));
  expect(await settle()).toContain(id);
  expect(await receiptOf(id)).toMatchObject({ outcome: 'cancelled', proof: 'noProcess' });
});

it('the cancel of a running job waits for the other hosts, too', async () => {
  const [worker] = workers;
  if (worker === undefined) throw new Error('no worker');
  const job = await aRunningJob(farm, { worker });
  await newIncarnation(farm);
  expect(await cancelled(job.id)).toMatchObject({
    outcome: 'cancelling',
    awaitedHosts: hosts.map((host) => awaited(host)),
  });
});

it('a cancel that is restored from one host waits for the other hosts', async () => {
  const [worker] = workers;
  if (worker === undefined) throw new Error('no worker');
  const { id: jobId } = (await aQueuedJob(farm)).job;
  await newIncarnation(farm);
  const request = { by: 'ada', at: new Date(), channel: 'rest', reason: null };
  const stopped = { end: { kind: 'stopped', request, afterMs: 5 }, output: 'none' } as const;
  const attempt = { jobId, attemptId: randomUUID(), attempt: 2 };
  expectDone(await restore(worker, aReport(worker, attempt, { ...stopped, signalled: true })));
  expect(await receiptOf(jobId)).toMatchObject({
    outcome: 'unconfirmed',
    proof: null,
    awaitedHosts: hosts.map((name) => awaited(name)),
  });
  for (const one of workers) await sendJournal(one);
  await settle();
  expect(await receiptOf(jobId)).toMatchObject({ outcome: 'cancelled', proof: 'kernel' });
});

it("a host's own login may report a cancelled job that waits only for this host", async () => {
  const own = await farm.hostWithLogin('ae-01');
  const second = await farm.hostWithLogin('ae-02');
  const { id: jobId } = (await aQueuedJob(farm)).job;
  const { id: other } = (await aQueuedJob(farm)).job;
  expect(await cancelled(other)).toMatchObject({ outcome: 'cancelled' });
  await newIncarnation(farm);
  await sendJournal(second.worker);
  await cancelled(jobId);
  const stopReport = { processes: [], proof: null, survivors: [], timeToDeadMs: null };
  const open = { end: { kind: 'lost' }, output: 'none', removalReport: null, stopReport } as const;
  const tell = ({ worker }: typeof own, id: string) =>
    restore(worker, aReport(worker, { jobId: id, attemptId: randomUUID() }, open));
  const refused = { ok: false, rejection: { code: 'heldElsewhere' } };
  expect(await tell(second, jobId)).toMatchObject(refused);
  expect(await tell(own, other)).toMatchObject(refused);
  expectDone(await tell(own, jobId));
  expect((await findJobView(farm.db, jobId))?.openAttempts).toMatchObject([{ host: 'ae-01' }]);
});
