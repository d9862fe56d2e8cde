import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  findJobView,
  findUnconfirmedAttempts,
  registerHost,
  releaseHost,
  renewLeases,
  signOffHost,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aFarm,
  anOpenAttempt,
  aRunningJob,
  aWorker,
  BEAT,
  cancel,
  expectAudit,
  HOST_FACTS,
  hostOf,
  ownerOf,
  prove,
  reports,
  silence,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const reason = 'It was replaced.';
const release = (name: string) => releaseHost(farm.admin, { name, reason });
/** A worker of another host with the same name. */
const another = (name: string): WorkerContext => {
  const worker = aWorker(farm.db, name);
  return { ...worker, identity: { ...worker.identity, hostId: randomUUID() } };
};
const register = (worker: WorkerContext) =>
  registerHost(worker, { facts: HOST_FACTS, uptimeMs: 0 });

it('a name that was handed over goes to the next host; the old attempts stay open', async () => {
  const lost = await anOpenAttempt(farm, 'ae-01');
  const next = another('ae-01');
  expect(await register(next)).toMatchObject({ ok: false });
  const { hostId } = lost.worker.identity;
  const seen = await farm.trace(() => release('ae-01'));
  expect(seen.result).toEqual({ ok: true });
  expectAudit(seen, {
    action: 'releaseHost',
    outcome: 'done',
    reason,
    before: { host: 'ae-01', hostId, openAttempts: 1 },
    after: { host: 'ae-01', hostId: null, openAttempts: 1 },
  });
  expect(seen.changes).toMatchObject([
    { event: 'releaseHost', actor: 'ada', from: 'QUEUED', to: 'QUEUED' },
  ]);
  expect(seen.notifications).toEqual([]);

  expect(await register(next)).toEqual({ ok: true, relation: 'other' });
  expect(await hostOf(farm, 'ae-01')).toMatchObject({
    hostId: next.identity.hostId,
    releasedAt: null,
  });
  const problem =
    'ada handed the name ae-01 over: It was replaced. ' +
    `Only host ${hostId} itself can prove its end.`;
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    openAttempts: [{ number: 1, host: 'ae-01', problem }],
  });
  expect(await findUnconfirmedAttempts(farm.db, ownerOf(next))).toEqual([]);
});

it('the old host proves its attempts under another name', async () => {
  const lost = await anOpenAttempt(farm, 'ae-02');
  await cancel(farm, lost.id);
  await release('ae-02');
  await register(another('ae-02'));
  const back = { ...aWorker(farm.db, 'ae-02-old'), identity: lost.worker.identity };
  expect(await register(back)).toEqual({ ok: true, relation: null });
  expect(await findUnconfirmedAttempts(farm.db, ownerOf(back))).toMatchObject([
    { id: lost.attemptId },
  ]);
  await prove(lost, reports(), back);
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    openAttempts: [],
    receipt: { outcome: 'cancelled' },
  });
});

it('a second hand-over changes nothing and is audited; a heard host keeps its name', async () => {
  const lost = await anOpenAttempt(farm, 'ae-03');
  await release('ae-03');
  const again = await farm.trace(() => release('ae-03'));
  expect(again).toMatchObject({ result: { ok: true }, changes: [], notifications: [] });
  expect(again.audit).toMatchObject([{ action: 'releaseHost', outcome: 'noop' }]);
  await renewLeases(lost.worker, BEAT);
  await silence(farm, 'ae-03');
  expect(await hostOf(farm, 'ae-03')).toMatchObject({ releasedAt: null, releasedBy: null });
  expect(await register(another('ae-03'))).toMatchObject({ ok: false });
});

it('a stopped host can be handed over, even if it was heard just now', async () => {
  await signOffHost(await farm.worker('ae-04'));
  expect(await release('ae-04')).toEqual({ ok: true });
});

it.each([
  ['is heard', 'ae-05', 'hostHeard'],
  ['is not known', 'ae-99', 'unknownHost'],
])('a host that %s keeps its name', async (_what, name, code) => {
  const { id } = await aRunningJob(farm, { worker: await farm.worker('ae-05') });
  const seen = await farm.trace(() => release(name));
  expect(seen).toMatchObject({ result: { ok: false, rejection: { code, name } }, changes: [] });
  expectAudit(seen);
  expect((await findJobView(farm.db, id))?.openAttempts).toEqual([]);
});

it('a host that is heard while its name is being handed over keeps the name', async () => {
  const lost = await anOpenAttempt(farm, 'ae-06');
  const heartbeat = await holdOpen(farm.db, (tx) => renewLeases(within(tx, lost.worker), BEAT));
  const released = release('ae-06');
  await waitUntilBlocked(farm.db);
  await heartbeat.commit();
  expect(await released).toMatchObject({ ok: false, rejection: { code: 'hostHeard' } });
  expect(await findJobView(farm.db, lost.id)).toMatchObject({ openAttempts: [{ problem: null }] });
});
