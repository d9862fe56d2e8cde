import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  cancelJob,
  declareHostGone,
  findAttempt,
  findJobView,
  recordUnproven,
  renewLeases,
} from '../../src/index.ts';
import {
  aFarm,
  anOpenAttempt,
  aRunningJob,
  BEAT,
  cancel,
  expectAudit,
  expectDone,
  hostOf,
  prove,
  reports,
  silence,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const reason = 'The machine burned.';
const declare = (name: string) => declareHostGone(farm.admin, { name, reason });

it('all open attempts of the host are declared together, one change for each job', async () => {
  const first = await anOpenAttempt(farm, 'ae-01');
  const second = await anOpenAttempt(farm, 'ae-01');
  await cancel(farm, second.id);
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
  expect(await hostOf(farm, 'ae-01')).toMatchObject({
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
  await cancel(farm, lost.id);
  await declare('ae-02');
  await prove(lost, reports(), await farm.worker('ae-02'));
  expect((await findJobView(farm.db, lost.id))?.receipt).toMatchObject({
    outcome: 'cancelled',
    proof: 'kernel',
    declared: [],
  });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({
    declaredBy: 'ada',
    confirmedAt: expect.any(Date),
  });
  expect(await hostOf(farm, 'ae-02')).toMatchObject({
    goneAt: null,
    goneBy: null,
    goneReason: null,
  });
});

it('a host that is heard again without a new registration is not gone', async () => {
  const worker = await farm.worker('ae-03');
  await silence(farm, 'ae-03');
  await declare('ae-03');
  expect(await hostOf(farm, 'ae-03')).toMatchObject({ goneBy: 'ada' });
  await renewLeases(worker, BEAT);
  expect(await hostOf(farm, 'ae-03')).toMatchObject({
    goneAt: null,
    goneBy: null,
    goneReason: null,
  });
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
  expect(await hostOf(farm, 'ae-04')).toMatchObject({ goneReason: 'first' });
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
  expect(await hostOf(farm, 'ae-07')).toMatchObject({ openAttempts: 1, goneAt: null });
  expect((await findJobView(farm.db, own.id))?.openAttempts).toHaveLength(1);
});

it('if a host comes back while it is being declared gone, nothing is declared', async () => {
  const lost = await anOpenAttempt(farm, 'ae-08');
  // A cancel holds the job, so the declaration waits. In that time the host is heard again.
  const cancelling = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: lost.id, reason: null }),
  );
  const declared = declare('ae-08');
  await waitUntilBlocked(farm.db);
  await renewLeases(lost.worker, BEAT);
  await cancelling.commit();
  expect(await declared).toMatchObject({ ok: false, rejection: { code: 'hostHeard' } });
  expect((await findJobView(farm.db, lost.id))?.receipt).toMatchObject({ outcome: 'unconfirmed' });
  expect(await hostOf(farm, 'ae-08')).toMatchObject({ goneAt: null });
});

it('an attempt that is proven while it is being declared stays proven', async () => {
  const lost = await anOpenAttempt(farm, 'ae-09');
  await cancel(farm, lost.id);
  const report = await holdOpen(farm.db, (tx) => prove(lost, reports(), within(tx, lost.worker)));
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
