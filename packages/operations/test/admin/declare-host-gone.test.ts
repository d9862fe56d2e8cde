import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  cancelJob,
  countJobs,
  declareHostGone,
  findAttempt,
  findJobView,
  listHostViews,
  recordUnproven,
  renewLeases,
  reportOrphan,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anOpenAttempt,
  aRunningJob,
  attemptOf,
  claimAgain,
  expectAudit,
  expectDone,
  HEALTHY,
  recoverExpired,
  reports,
  silence,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const reason = 'The machine burned.';
const declare = (name: string) => declareHostGone(farm.admin, { name, reason });
const hostOf = async (name: string) =>
  (await listHostViews(farm.db)).find((host) => host.name === name);
const heartbeat = { attemptIds: [], leaseMs: 30_000, state: HEALTHY };

it('all open attempts of the host are declared together, one change for each job', async () => {
  const first = await anOpenAttempt(farm, 'ae-01');
  const second = await anOpenAttempt(farm, 'ae-01');
  await cancelJob(farm.admin, { id: second.id, reason: null });
  const seen = await farm.trace(() => declare('ae-01'));
  const { declared } = expectDone(seen.result);
  expect(declared.map(({ jobId }) => jobId).sort()).toEqual([first.id, second.id].sort());
  expectAudit(seen, {
    action: 'declareHostGone',
    outcome: 'done',
    reason,
    before: { host: 'ae-01', openAttempts: 2 },
    after: {
      host: 'ae-01',
      openAttempts: 0,
      declared: declared.map(({ jobId, number }) => `${jobId} attempt ${number}`).join(', '),
    },
  });
  const facts = { host: 'ae-01', attempts: '1', reason };
  expect(seen.changes).toMatchObject([
    { event: 'declareHostGone', actor: 'ada', facts },
    { event: 'declareHostGone', actor: 'ada', facts },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await hostOf('ae-01')).toMatchObject({
    openAttempts: 0,
    goneBy: 'ada',
    goneReason: reason,
  });
  const queued = await findJobView(farm.db, first.id);
  expect(queued).toMatchObject({ job: { status: 'QUEUED' }, openAttempts: [], receipt: null });
  const cancelled = await findJobView(farm.db, second.id);
  expect(cancelled?.receipt).toMatchObject({
    outcome: 'declared',
    proof: null,
    confirmedAt: null,
    declared: [{ number: 1, host: 'ae-01', by: 'ada', reason }],
  });
});

it('a later proof replaces the declaration', async () => {
  const lost = await anOpenAttempt(farm, 'ae-02');
  await cancelJob(farm.admin, { id: lost.id, reason: null });
  await declare('ae-02');
  await reportOrphan(await farm.worker('ae-02'), { attempt: attemptOf(lost), reports: reports() });
  expect((await findJobView(farm.db, lost.id))?.receipt).toMatchObject({
    outcome: 'cancelled',
    proof: 'kernel',
    declared: [],
  });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({
    declaredBy: 'ada',
    confirmedAt: expect.any(Date),
  });
  expect(await hostOf('ae-02')).toMatchObject({ goneAt: null, goneBy: null, goneReason: null });
});

it('a host that is heard again without a new registration is not gone', async () => {
  const worker = await farm.worker('ae-03');
  await silence(farm, 'ae-03');
  await declare('ae-03');
  expect(await hostOf('ae-03')).toMatchObject({ goneBy: 'ada' });
  await renewLeases(worker, heartbeat);
  expect(await hostOf('ae-03')).toMatchObject({ goneAt: null, goneBy: null, goneReason: null });
});

it('a second declaration with nothing new is a noop with its own audit line', async () => {
  await farm.worker('ae-04');
  await silence(farm, 'ae-04');
  await declareHostGone(farm.admin, { name: 'ae-04', reason: 'first' });
  const seen = await farm.trace(() => declare('ae-04'));
  const values = { host: 'ae-04', openAttempts: 0 };
  expectAudit(seen, {
    action: 'declareHostGone',
    outcome: 'noop',
    reason,
    before: values,
    after: { ...values, declared: '' },
  });
  expect(seen.notifications).toEqual([]);
  expect(await hostOf('ae-04')).toMatchObject({ goneReason: 'first' });
});

it('a stopped host may be declared gone at once, even within its lease', async () => {
  await farm.worker('ae-05');
  await farm.sql`
    update render_hosts set stopped_at = clock_timestamp() where name = 'ae-05'`;
  expect(await declare('ae-05')).toMatchObject({ ok: true });
});

it.each<[string, () => Promise<unknown>, string]>([
  ['unknown', async () => undefined, 'unknownHost'],
  ['heard within its lease', () => farm.worker('ae-06'), 'hostHeard'],
  [
    'silent, with a job whose lease has not run out',
    async () => {
      await aRunningJob(farm, { worker: await farm.worker('ae-06') });
      await silence(farm, 'ae-06');
    },
    'hostHoldsJobs',
  ],
])('a host that is %s is not declared gone', async (_case, prepare, code) => {
  await prepare();
  const seen = await farm.trace(() => declare('ae-06'));
  expect(seen.result).toMatchObject({ ok: false, rejection: { code, name: 'ae-06' } });
  expectAudit(seen);
  expect(seen.changes).toEqual([]);
});

it('for a host that is heard, only attempts that it cannot prove are declared', async () => {
  const [own, unprovable, foreign] = [
    await anOpenAttempt(farm, 'ae-07'),
    await anOpenAttempt(farm, 'ae-07'),
    await anOpenAttempt(farm, 'ae-07'),
  ];
  const worker = await farm.worker('ae-07');
  const reason = 'It ran in another PID namespace.';
  await recordUnproven(worker, { attempt: unprovable, reason, stopReport: null });
  await farm.sql`update attempts set host_id = ${randomUUID()} where id = ${foreign.attemptId}`;
  const { declared } = expectDone(await declare('ae-07'));
  expect(declared.map(({ jobId }) => jobId).sort()).toEqual([unprovable.id, foreign.id].sort());
  expect(await hostOf('ae-07')).toMatchObject({ openAttempts: 1, goneAt: null });
  expect((await findJobView(farm.db, own.id))?.openAttempts).toHaveLength(1);
});

it('if a host comes back while it is being declared gone, nothing is declared', async () => {
  const lost = await anOpenAttempt(farm, 'ae-08');
  // A cancel holds the job, so the declaration waits. In that time the host is heard again.
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: lost.id, reason: null }),
  );
  const declared = declare('ae-08');
  await waitUntilBlocked(farm.db);
  await renewLeases(lost.worker, heartbeat);
  await cancel.commit();
  expect(await declared).toMatchObject({ ok: false, rejection: { code: 'hostHeard' } });
  expect((await findJobView(farm.db, lost.id))?.receipt).toMatchObject({ outcome: 'unconfirmed' });
  expect(await hostOf('ae-08')).toMatchObject({ goneAt: null });
});

it('an attempt that is proven while it is being declared stays proven', async () => {
  const lost = await anOpenAttempt(farm, 'ae-09');
  await cancelJob(farm.admin, { id: lost.id, reason: null });
  const report = await holdOpen(farm.db, (tx) =>
    reportOrphan(within(tx, lost.worker), { attempt: attemptOf(lost), reports: reports() }),
  );
  const declared = declare('ae-09');
  await waitUntilBlocked(farm.db);
  await report.commit();
  expect(await declared).toEqual({ ok: true, declared: [] });
  expect((await findJobView(farm.db, lost.id))?.receipt).toMatchObject({ outcome: 'cancelled' });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({ declaredAt: null });
});

it('a host that is heard under another name is not declared gone', async () => {
  const lost = await anOpenAttempt(farm, 'ae-13');
  await farm.worker('ae-14');
  await farm.sql`
    update render_hosts set host_id = (select host_id from render_hosts where name = 'ae-13')
    where name = 'ae-14'`;
  expect(await declare('ae-13')).toMatchObject({
    ok: false,
    rejection: { code: 'hostHeard', name: 'ae-14' },
  });
  expect((await findJobView(farm.db, lost.id))?.openAttempts).toHaveLength(1);
});

it('attempts on other hosts do not change', async () => {
  const first = await anOpenAttempt(farm, 'ae-10');
  await claimAgain(farm, first.id, { worker: await farm.worker('ae-11'), leaseMs: 0 });
  await recoverExpired(farm, { actor: 'recovery' });
  await cancelJob(farm.admin, { id: first.id, reason: null });
  const open = (await countJobs(farm.db)).open;
  await declare('ae-10');
  expect((await countJobs(farm.db)).open).toBe(open - 1);
  expect((await findJobView(farm.db, first.id))?.receipt).toMatchObject({
    outcome: 'unconfirmed',
    openAttempts: [{ number: 2, host: 'ae-11' }],
    declared: [{ number: 1, host: 'ae-10' }],
  });
  await silence(farm, 'ae-11');
  await declare('ae-11');
  expect((await findJobView(farm.db, first.id))?.receipt).toMatchObject({ outcome: 'declared' });
});

it('a cancel on a silent host is not declared while its lease has not run out', async () => {
  const { id } = await aCancellingJob(farm, { worker: await farm.worker('ae-12') });
  await silence(farm, 'ae-12');
  expect(await declare('ae-12')).toMatchObject({ ok: false });
  expect((await findJobView(farm.db, id))?.receipt).toMatchObject({ outcome: 'cancelling' });
});
