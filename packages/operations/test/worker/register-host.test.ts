import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { listHostViews, registerHost, renewLeases, signOffHost } from '../../src/index.ts';
import { aFarm, aRunningJob, aWorker, HEALTHY, HOST_FACTS, within } from '../../testing/index.ts';

const farm = aFarm();
const hostOf = async (name: string) =>
  (await listHostViews(farm.db)).find((host) => host.name === name);
const dead = async () => false;
const alive = async () => true;

it('a registered host is listed with its facts and the jobs it holds', async () => {
  const worker = aWorker(farm.db, 'render-02');
  const seen = await farm.trace(() =>
    registerHost(worker, {
      facts: { ...HOST_FACTS, slots: 4, standIn: true, session: 1 },
      uptimeMs: 3_600_000,
      isRunning: alive,
    }),
  );
  expect(seen).toEqual({
    result: { ok: true, relation: null },
    audit: [],
    changes: [],
    notifications: [],
  });
  const running = await aRunningJob(farm, { worker, name: 'Held' });
  expect(await hostOf('render-02')).toMatchObject({
    workerId: worker.workerId,
    slots: 4,
    standIn: true,
    session: 1,
    draining: false,
    state: 'rendering',
    stoppedAt: null,
    jobs: [{ id: running.id, name: 'Held', progress: 0 }],
  });
  const { startedAt, bootedAt } = (await hostOf('render-02')) ?? {};
  const upMinutes = (Number(startedAt) - Number(bootedAt)) / 60_000;
  expect(Math.round(upMinutes), 'both are of one statement').toBe(60);
});

it('a daemon whose answer was lost registers again', async () => {
  const worker = await farm.worker('render-04');
  const again = () =>
    registerHost(worker, { facts: { ...HOST_FACTS, slots: 3 }, uptimeMs: 0, isRunning: alive });
  expect(await again()).toEqual({ ok: true, relation: 'same' });
  expect(await hostOf('render-04')).toMatchObject({ workerId: worker.workerId, slots: 3 });
});

it('a name that a live daemon holds is rejected with its holder, and nothing changes', async () => {
  const first = await farm.worker('render-03');
  const second = { ...first, workerId: randomUUID() };
  const seen = await farm.trace(() =>
    registerHost(second, { facts: { ...HOST_FACTS, pid: 1 }, uptimeMs: 0, isRunning: alive }),
  );
  expect(seen.result).toMatchObject({
    ok: false,
    rejection: {
      code: 'nameHeld',
      heldBy: {
        pid: HOST_FACTS.pid,
        bootId: HOST_FACTS.bootId,
        startToken: '77',
        isWithinLease: true,
      },
    },
  });
  expect(seen.notifications).toEqual([]);
  expect(await hostOf('render-03')).toMatchObject({
    workerId: first.workerId,
    pid: HOST_FACTS.pid,
  });
});

it('a visible process of the other daemon decides, even after its lease has run out', async () => {
  const quiet = await farm.worker('render-04', 0);
  const looked: unknown[] = [];
  const seen = await registerHost(
    { ...quiet, workerId: randomUUID() },
    {
      facts: { ...HOST_FACTS, pid: 1 },
      uptimeMs: 0,
      isRunning: async ({ pid, startToken }) => looked.push({ pid, startToken }) === 1,
    },
  );
  expect(looked).toEqual([{ pid: HOST_FACTS.pid, startToken: HOST_FACTS.startToken }]);
  expect(seen).toMatchObject({ ok: false, rejection: { heldBy: { isWithinLease: false } } });
});

it('a new run takes over a host whose daemon is dead or has signed off', async () => {
  const first = await farm.worker('render-05');
  const second = { ...first, workerId: randomUUID() };
  expect(await registerHost(second, { facts: HOST_FACTS, uptimeMs: 0, isRunning: dead })).toEqual({
    ok: true,
    relation: 'same',
  });
  await signOffHost(second);
  const third = { ...first, workerId: randomUUID() };
  expect(await registerHost(third, { facts: HOST_FACTS, uptimeMs: 0, isRunning: alive })).toEqual({
    ok: true,
    relation: 'same',
  });
  expect(await hostOf('render-05')).toMatchObject({
    workerId: third.workerId,
    draining: false,
    stoppedAt: null,
  });
  await signOffHost(second);
  expect(await hostOf('render-05')).toMatchObject({ workerId: third.workerId, stoppedAt: null });
});

it('without isRunning, a daemon counts as alive until its lease ends', async () => {
  const heard = await farm.worker('render-08');
  const quiet = await farm.worker('render-09', 0);
  expect(
    await registerHost({ ...heard, workerId: randomUUID() }, { facts: HOST_FACTS, uptimeMs: 0 }),
  ).toMatchObject({
    ok: false,
    rejection: { code: 'nameHeld', heldBy: { isWithinLease: true } },
  });
  const later = { ...quiet, workerId: randomUUID() };
  expect(await registerHost(later, { facts: HOST_FACTS, uptimeMs: 0 })).toMatchObject({ ok: true });
});

it.each(['new', 'left by a dead daemon'])(
  'of two daemons that take a %s host at once, one is rejected with its holder',
  async (which) => {
    const host = `render ${which}`;
    if (which !== 'new') await farm.worker(host);
    const one = aWorker(farm.db, host);
    const other = aWorker(farm.db, host);
    const first = await holdOpen(farm.db, (tx) =>
      registerHost(within(tx, one), { facts: HOST_FACTS, uptimeMs: 0, isRunning: dead }),
    );
    const second = registerHost(other, {
      facts: { ...HOST_FACTS, pid: 4712 },
      uptimeMs: 0,
      isRunning: dead,
    });
    await waitUntilBlocked(farm.db);
    await first.commit();
    expect(first.result).toMatchObject({ ok: true });
    expect(await second).toMatchObject({
      ok: false,
      rejection: { heldBy: { workerId: one.workerId, pid: HOST_FACTS.pid } },
    });
  },
);

it('a host that signed off is stopped, not silent; a host past its lease is silent', async () => {
  const leaving = await farm.worker('render-06', 0);
  const seen = await farm.trace(() => signOffHost(leaving));
  expect(seen.notifications).toEqual([]);
  const stopped = await hostOf('render-06');
  expect(stopped).toMatchObject({ state: 'stopped', draining: true });
  expect(stopped?.stoppedAt).not.toBeNull();
  const quiet = await farm.worker('render-07', 0);
  expect(await hostOf('render-07')).toMatchObject({ state: 'silent', stoppedAt: null });
  const renewal = await holdOpen(farm.db, (tx) =>
    renewLeases(within(tx, quiet), { attemptIds: [], leaseMs: 30_000, state: HEALTHY }),
  );
  await renewal.rollBack();
  expect(await hostOf('render-07')).toMatchObject({ state: 'silent' });
});
