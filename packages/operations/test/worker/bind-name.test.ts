/*
 * A registration binds a name to a host id. The rows of other hosts decide whether a host may take
 * the name; host-registration.test.ts in domain has every case.
 */
import { randomUUID } from 'node:crypto';
import type { HostIdentity } from '@renderdeck/domain';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  findAttempt,
  findUnconfirmedAttempts,
  registerHost,
  renewLeases,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aFarm,
  anIdentity,
  anOpenAttempt,
  aRunningJob,
  aWorker,
  BEAT,
  HOST_FACTS,
  hostOf,
  ownerOf,
  silence,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const register = (worker: WorkerContext, uptimeMs = 0) =>
  registerHost(worker, {
    facts: { ...HOST_FACTS, bootId: worker.identity.bootId },
    uptimeMs,
    isRunning: async () => false,
  });
/** A new run of a worker on the host of this name, with these facts changed. */
const changed = (name: string, change: Partial<HostIdentity>): WorkerContext => ({
  ...aWorker(farm.db, name),
  identity: anIdentity(name, change),
});
const anotherId = () => ({ hostId: randomUUID() });
const HOUR_MS = 3_600_000;

it('the row has the host id and the facts of the host that registered last', async () => {
  const worker = await farm.worker('ae-01');
  expect(await hostOf(farm, 'ae-01')).toMatchObject({
    hostId: worker.identity.hostId,
    identity: worker.identity,
  });
});

it('a claim saves on the attempt which host runs it', async () => {
  const worker = await farm.worker('ae-02');
  const { attemptId } = await aRunningJob(farm, { worker });
  expect(await findAttempt(farm.db, attemptId)).toMatchObject({
    host: 'ae-02',
    hostId: worker.identity.hostId,
    hostIdentity: worker.identity,
  });
});

it('a silent host with an attempt that holds its job keeps its name', async () => {
  await aRunningJob(farm, { worker: await farm.worker('ae-04') });
  await silence(farm, 'ae-04');
  expect(await register(changed('ae-04', anotherId()))).toMatchObject({
    ok: false,
    rejection: { sentence: expect.stringContaining('the end of 1 of its attempts') },
  });
});

it('an admin who declares the attempts of a host gone frees its name', async () => {
  const lost = await anOpenAttempt(farm, 'ae-05');
  expect(await register(changed('ae-05', anotherId()))).toMatchObject({ ok: false });
  await farm.sql`
    update attempts set declared_at = now(), declared_by = 'ada', declared_reason = 'burnt'
    where id = ${lost.attemptId}`;
  const other = anotherId();
  expect(await register(changed('ae-05', other))).toEqual({ ok: true, relation: 'other' });
  expect(await hostOf(farm, 'ae-05')).toMatchObject(other);
});

it('of two hosts that start together with one id, at most one is accepted', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { identity } = aWorker(farm.db, `copied ${round}`);
    const outcomes = await Promise.all(
      ['a', 'b'].map((name) => {
        const worker = { ...aWorker(farm.db, `${name} ${round}`), identity };
        return registerHost(worker, { facts: HOST_FACTS, uptimeMs: 0 });
      }),
    );
    expect(outcomes.filter(({ ok }) => ok).length).toBeLessThan(2);
    const alive = await farm.sql`
      select name from render_hosts where host_id = ${identity.hostId} and stopped_at is null`;
    expect(alive.length).toBe(outcomes.filter(({ ok }) => ok).length);
  }
});

it('a name stays with its host if the host is heard while the name is being taken', async () => {
  const bound = await farm.worker('ae-09', 0);
  const heartbeat = await holdOpen(farm.db, (tx) => renewLeases(within(tx, bound), BEAT));
  const taken = register(changed('ae-09', anotherId()));
  await waitUntilBlocked(farm.db);
  await heartbeat.commit();
  expect(await taken).toMatchObject({
    ok: false,
    rejection: { code: 'nameHeld', heldBy: { workerId: bound.workerId } },
  });
});

it('attempts keep the time of the last heartbeat when the row is taken over', async () => {
  const lost = await anOpenAttempt(farm, 'ae-11');
  const sinceHeardMs = async (worker: WorkerContext) =>
    (await findUnconfirmedAttempts(farm.db, ownerOf(worker)))[0]?.sinceHeardMs;
  const rebooted = changed('ae-11', { bootId: 'boot-2' });
  expect(await register(rebooted)).toMatchObject({ relation: 'rebooted' });
  expect(await sinceHeardMs(rebooted)).toBeGreaterThanOrEqual(HOUR_MS);
  // The second run of this boot took over from a run that was heard just now.
  const again = { ...rebooted, workerId: aWorker(farm.db).workerId };
  expect(await register(again)).toMatchObject({ relation: 'same' });
  expect(await sinceHeardMs(again)).toBeGreaterThanOrEqual(HOUR_MS);
  expect((await findAttempt(farm.db, lost.attemptId))?.hostLastHeardAt).not.toBeNull();
});

it('attempts of a host are found by its id, and those of older versions by its name', async () => {
  const lost = await anOpenAttempt(farm, 'ae-12');
  const found = async (worker: WorkerContext) =>
    (await findUnconfirmedAttempts(farm.db, ownerOf(worker))).map(({ id }) => id);
  const renamed = { ...aWorker(farm.db, 'ae-13'), identity: lost.worker.identity };
  expect(await found(renamed)).toEqual([lost.attemptId]);
  expect(await found(changed('ae-12', anotherId()))).toEqual([]);
  await farm.sql`
    update attempts set host_id = null, host_identity = null where id = ${lost.attemptId}`;
  expect(await found(changed('ae-12', anotherId()))).toEqual([lost.attemptId]);
  expect(await found(renamed)).toEqual([]);
});

it('a row of an older version is taken over by the host of that name and boot', async () => {
  const { attemptId } = await anOpenAttempt(farm, 'ae-14');
  await farm.sql`update attempts set host_id = null, host_identity = null where id = ${attemptId}`;
  await farm.sql`update render_hosts set host_id = null, identity = null where name = 'ae-14'`;
  expect(await register(changed('ae-14', { bootId: 'boot-2' }), 2 * HOUR_MS)).toMatchObject({
    ok: false,
    rejection: { sentence: expect.stringContaining('host of an older version') },
  });
  expect(await register(aWorker(farm.db, 'ae-14'))).toEqual({ ok: true, relation: 'same' });
});
