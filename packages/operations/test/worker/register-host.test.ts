import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { listHostViews, registerHost, renewLeases, signOffHost } from '../../src/index.ts';
import { aFarm, aRunningJob, HEALTHY, HOST_FACTS, within } from '../../testing/index.ts';

const farm = await aFarm();
const hostOf = async (name: string) =>
  (await listHostViews(farm.db)).find((host) => host.name === name);
const dead = async () => false;
const alive = async () => true;

it('a registered host is listed with its facts and the jobs it holds', async () => {
  const worker = { db: farm.db, host: 'render-02', workerId: randomUUID() };
  const seen = await farm.trace(() =>
    registerHost(worker, { facts: { ...HOST_FACTS, slots: 4, standIn: true }, isAlive: alive }),
  );
  expect(seen).toEqual({
    result: { ok: true },
    audit: [],
    changes: [],
    notifications: ['hosts render-02'],
  });
  const running = await aRunningJob(farm, { worker, name: 'Held' });
  expect(await hostOf('render-02')).toMatchObject({
    workerId: worker.workerId,
    slots: 4,
    standIn: true,
    draining: false,
    silent: false,
    stoppedAt: null,
    jobs: [{ id: running.id, name: 'Held', progress: 0 }],
  });
});

it('a name that a live daemon holds is rejected with its holder, and nothing changes', async () => {
  const first = await farm.worker('render-03');
  const second = { ...first, workerId: randomUUID() };
  const seen = await farm.trace(() =>
    registerHost(second, { facts: { ...HOST_FACTS, pid: 1 }, isAlive: alive }),
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

it('isAlive receives whether the other daemon reported within its lease', async () => {
  const quiet = await farm.worker('render-04', 0);
  const received: boolean[] = [];
  await registerHost(
    { ...quiet, workerId: randomUUID() },
    {
      facts: HOST_FACTS,
      isAlive: async ({ isWithinLease }) => {
        received.push(isWithinLease);
        return isWithinLease;
      },
    },
  );
  expect(received).toEqual([false]);
});

it('a new run takes over a host whose daemon is dead or has signed off', async () => {
  const first = await farm.worker('render-05');
  const second = { ...first, workerId: randomUUID() };
  expect(await registerHost(second, { facts: HOST_FACTS, isAlive: dead })).toEqual({ ok: true });
  await signOffHost(second);
  const third = { ...first, workerId: randomUUID() };
  expect(await registerHost(third, { facts: HOST_FACTS, isAlive: alive })).toEqual({ ok: true });
  expect(await hostOf('render-05')).toMatchObject({
    workerId: third.workerId,
    draining: false,
    stoppedAt: null,
  });
  await signOffHost(second);
  expect(await hostOf('render-05')).toMatchObject({ workerId: third.workerId, stoppedAt: null });
});

it('without isAlive, a daemon counts as alive until its lease ends', async () => {
  const heard = await farm.worker('render-08');
  const quiet = await farm.worker('render-09', 0);
  expect(
    await registerHost({ ...heard, workerId: randomUUID() }, { facts: HOST_FACTS }),
  ).toMatchObject({
    ok: false,
    rejection: { code: 'nameHeld', heldBy: { isWithinLease: true } },
  });
  expect(await registerHost({ ...quiet, workerId: randomUUID() }, { facts: HOST_FACTS })).toEqual({
    ok: true,
  });
});

it.each(['new', 'left by a dead daemon'])(
  'of two daemons that take a %s host at once, one is rejected with its holder',
  async (which) => {
    const host = `render ${which}`;
    if (which !== 'new') await farm.worker(host);
    const [one, other] = [randomUUID(), randomUUID()].map((workerId) => ({
      db: farm.db,
      host,
      workerId,
    }));
    if (!one || !other) throw new Error('two daemons');
    const first = await holdOpen(farm.db, (tx) =>
      registerHost(within(tx, one), { facts: HOST_FACTS, isAlive: dead }),
    );
    const second = registerHost(other, { facts: { ...HOST_FACTS, pid: 4712 }, isAlive: dead });
    await waitUntilBlocked(farm.db);
    await first.commit();
    expect(first.result).toEqual({ ok: true });
    expect(await second).toMatchObject({
      ok: false,
      rejection: { heldBy: { workerId: one.workerId, pid: HOST_FACTS.pid } },
    });
  },
);

it('a host that signed off is stopped, not silent; a host past its lease is silent', async () => {
  const leaving = await farm.worker('render-06', 0);
  const seen = await farm.trace(() => signOffHost(leaving));
  expect(seen.notifications).toEqual(['hosts render-06']);
  const stopped = await hostOf('render-06');
  expect(stopped).toMatchObject({ silent: false, draining: true });
  expect(stopped?.stoppedAt).not.toBeNull();
  const quiet = await farm.worker('render-07', 0);
  expect(await hostOf('render-07')).toMatchObject({ silent: true, stoppedAt: null });
  const renewal = await holdOpen(farm.db, (tx) =>
    renewLeases(within(tx, quiet), { attemptIds: [], leaseMs: 30_000, state: HEALTHY }),
  );
  await renewal.rollBack();
  expect(await hostOf('render-07')).toMatchObject({ silent: true });
});
