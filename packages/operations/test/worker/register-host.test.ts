import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { registerHost, renewLeases, signOffHost, type WorkerContext } from '../../src/index.ts';
import {
  aFarm,
  aRunningJob,
  aWorker,
  BEAT,
  HOST_FACTS,
  hostOf,
  NO_TRACE,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const dead = async () => false;
const alive = async () => true;
type IsRunning = NonNullable<Parameters<typeof registerHost>[1]['isRunning']>;
const register = (worker: WorkerContext, isRunning: IsRunning | null, facts: object = {}) => {
  const host = { facts: { ...HOST_FACTS, ...facts }, uptimeMs: 0 };
  return registerHost(worker, isRunning === null ? host : { ...host, isRunning });
};

it('a registered host is listed with its facts and the jobs it holds', async () => {
  const worker = aWorker(farm.db, 'render-02');
  const seen = await farm.trace(() =>
    registerHost(worker, {
      facts: { ...HOST_FACTS, slots: 4, standIn: true, session: 1 },
      uptimeMs: 3_600_000,
      isRunning: alive,
    }),
  );
  expect(seen).toEqual({ result: { ok: true, relation: null }, ...NO_TRACE });
  const running = await aRunningJob(farm, { worker, name: 'Held' });
  expect(await hostOf(farm, 'render-02')).toMatchObject({
    workerId: worker.workerId,
    slots: 4,
    standIn: true,
    session: 1,
    draining: false,
    state: 'rendering',
    stoppedAt: null,
    jobs: [{ id: running.id, name: 'Held', progress: 0 }],
  });
  const { startedAt, bootedAt } = (await hostOf(farm, 'render-02')) ?? {};
  const upMinutes = (Number(startedAt) - Number(bootedAt)) / 60_000;
  expect(Math.round(upMinutes), 'both are of one statement').toBe(60);
});

it('a daemon whose answer was lost registers again', async () => {
  const worker = await farm.worker('render-04');
  expect(await register(worker, alive, { slots: 3 })).toEqual({ ok: true, relation: 'same' });
  expect(await hostOf(farm, 'render-04')).toMatchObject({ workerId: worker.workerId, slots: 3 });
});

it('a name that a live daemon holds is rejected with its holder, and nothing changes', async () => {
  const first = await farm.worker('render-03');
  const second = { ...first, workerId: randomUUID() };
  const seen = await farm.trace(() => register(second, alive, { pid: 1 }));
  const { pid, bootId, startToken } = HOST_FACTS;
  const heldBy = { pid, bootId, startToken, isWithinLease: true };
  expect(seen.result).toMatchObject({ ok: false, rejection: { code: 'nameHeld', heldBy } });
  expect(seen.notifications).toEqual([]);
  expect(await hostOf(farm, 'render-03')).toMatchObject({
    workerId: first.workerId,
    pid: HOST_FACTS.pid,
  });
});

it('a visible process of the other daemon decides, even after its lease has run out', async () => {
  const quiet = await farm.worker('render-04', 0);
  const looked: unknown[] = [];
  const look: IsRunning = async ({ pid, startToken }) => looked.push({ pid, startToken }) === 1;
  const seen = await register({ ...quiet, workerId: randomUUID() }, look, { pid: 1 });
  expect(looked).toEqual([{ pid: HOST_FACTS.pid, startToken: HOST_FACTS.startToken }]);
  expect(seen).toMatchObject({ ok: false, rejection: { heldBy: { isWithinLease: false } } });
});

it('a new run takes over a host whose daemon is dead or has signed off', async () => {
  const first = await farm.worker('render-05');
  const second = { ...first, workerId: randomUUID() };
  expect(await register(second, dead)).toEqual({ ok: true, relation: 'same' });
  await signOffHost(second);
  const third = { ...first, workerId: randomUUID() };
  expect(await register(third, alive)).toEqual({ ok: true, relation: 'same' });
  expect(await hostOf(farm, 'render-05')).toMatchObject({
    workerId: third.workerId,
    draining: false,
    stoppedAt: null,
  });
  await signOffHost(second);
  expect(await hostOf(farm, 'render-05')).toMatchObject({
    workerId: third.workerId,
    stoppedAt: null,
  });
});

it('without isRunning, a daemon counts as alive until its lease ends', async () => {
  const heard = await farm.worker('render-08');
  const quiet = await farm.worker('render-09', 0);
  expect(await register({ ...heard, workerId: randomUUID() }, null)).toMatchObject({
    ok: false,
    rejection: { code: 'nameHeld', heldBy: { isWithinLease: true } },
  });
  expect(await register({ ...quiet, workerId: randomUUID() }, null)).toMatchObject({ ok: true });
});

it.each(['new', 'left by a dead daemon'])(
  'of two daemons that take a %s host at once, one is rejected with its holder',
  async (which) => {
    const host = `render ${which}`;
    if (which !== 'new') await farm.worker(host);
    const one = aWorker(farm.db, host);
    const other = aWorker(farm.db, host);
    const first = await holdOpen(farm.db, (tx) => register(within(tx, one), dead));
    const second = register(other, dead, { pid: 4712 });
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
  const stopped = await hostOf(farm, 'render-06');
  expect(stopped).toMatchObject({ state: 'stopped', draining: true });
  expect(stopped?.stoppedAt).not.toBeNull();
  const quiet = await farm.worker('render-07', 0);
  expect(await hostOf(farm, 'render-07')).toMatchObject({ state: 'silent', stoppedAt: null });
  const renewal = await holdOpen(farm.db, (tx) => renewLeases(within(tx, quiet), BEAT));
  await renewal.rollBack();
  expect(await hostOf(farm, 'render-07')).toMatchObject({ state: 'silent' });
});
