import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { listHostViews, registerHost, renewLeases, signOffHost } from '../../src/index.ts';
import { aFarm, aRunningJob, HOST_FACTS, WELL, within } from '../../testing/index.ts';

const farm = await aFarm();
const hostOf = async (name: string) =>
  (await listHostViews(farm.db)).find((host) => host.name === name);
const dead = async () => false;
const alive = async () => true;

it('a host is known with what it can do, heard now, and with the jobs it holds', async () => {
  const worker = { db: farm.db, host: 'render-02', workerId: randomUUID() };
  const seen = await farm.trace(() =>
    registerHost(worker, { facts: { ...HOST_FACTS, slots: 4, standIn: true }, isAlive: alive }),
  );
  expect(seen).toEqual({
    result: { ok: true },
    audit: [],
    changes: [],
    wakes: ['hosts render-02'],
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

it('a host’s name is not taken from a daemon that lives; who has it is told, and nothing changes', async () => {
  const first = await farm.worker('render-03');
  const second = { ...first, workerId: randomUUID() };
  const seen = await farm.trace(() =>
    registerHost(second, { facts: { ...HOST_FACTS, pid: 1 }, isAlive: alive }),
  );
  expect(seen.result).toMatchObject({
    ok: false,
    rejection: {
      code: 'nameHeld',
      heldBy: { pid: HOST_FACTS.pid, bootId: HOST_FACTS.bootId, startToken: '77', heard: true },
    },
  });
  expect(seen.wakes).toEqual([]);
  expect(await hostOf('render-03')).toMatchObject({
    workerId: first.workerId,
    pid: HOST_FACTS.pid,
  });
});

it('whether a daemon was heard within its lease is told to whoever asks if it lives', async () => {
  const quiet = await farm.worker('render-04', 0);
  const asked: boolean[] = [];
  await registerHost(
    { ...quiet, workerId: randomUUID() },
    {
      facts: HOST_FACTS,
      isAlive: async ({ heard }) => {
        asked.push(heard);
        return heard;
      },
    },
  );
  expect(asked).toEqual([false]);
});

it('a new run takes the host over from one that is dead, or that said goodbye, whoever says that it lives', async () => {
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

it('where the machine cannot be asked, a daemon lives as long as it is heard', async () => {
  const heard = await farm.worker('render-08');
  const quiet = await farm.worker('render-09', 0);
  expect(
    await registerHost({ ...heard, workerId: randomUUID() }, { facts: HOST_FACTS }),
  ).toMatchObject({
    ok: false,
    rejection: { code: 'nameHeld', heldBy: { heard: true } },
  });
  expect(await registerHost({ ...quiet, workerId: randomUUID() }, { facts: HOST_FACTS })).toEqual({
    ok: true,
  });
});

it.each(['new', 'left by a dead daemon'])(
  'of two daemons that take a %s host at once one wins, and the other is told by whom',
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

it('a host that says goodbye was stopped and is not silent; one that is not heard for longer than its lease is', async () => {
  const goodbye = await farm.worker('render-06', 0);
  const seen = await farm.trace(() => signOffHost(goodbye));
  expect(seen.wakes).toEqual(['hosts render-06']);
  const stopped = await hostOf('render-06');
  expect(stopped).toMatchObject({ silent: false, draining: true });
  expect(stopped?.stoppedAt).not.toBeNull();
  const quiet = await farm.worker('render-07', 0);
  expect(await hostOf('render-07')).toMatchObject({ silent: true, stoppedAt: null });
  const unseen = await holdOpen(farm.db, (tx) =>
    renewLeases(within(tx, quiet), { attemptIds: [], leaseMs: 30_000, state: WELL }),
  );
  await unseen.rollBack();
  expect(await hostOf('render-07')).toMatchObject({ silent: true });
});
