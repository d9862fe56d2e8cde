import { randomUUID } from 'node:crypto';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { expect, it } from 'vitest';
import {
  claimJob,
  countIdleHosts,
  drainHost,
  findJobView,
  releaseHost,
  renewLeases,
  resumeHost,
} from '../../src/index.ts';
import {
  aFarm,
  anIdentity,
  aQueuedJob,
  aRunningJob,
  BEAT,
  expectAudit,
  expectDone,
  hostOf,
  NEXRENDER_JOB,
  signOn,
  silence,
} from '../../testing/index.ts';

const farm = aFarm();
const reason = 'New disk.';
const claim = (worker: Parameters<typeof claimJob>[0], tags: readonly string[] = []) =>
  claimJob(worker, { leaseMs: 30_000, tags });
const drain = (name: string, why: string | null = reason) =>
  drainHost(farm.admin, { name, reason: why });
const resume = (name: string) => resumeHost(farm.admin, { name });

it('a drained host ends its job and claims none until it may again; it hears of both', async () => {
  const running = await aRunningJob(farm, { worker: await farm.worker('drain-01') });
  const { worker } = running;
  const { job } = await aQueuedJob(farm);
  const seen = await farm.trace(() => drain('drain-01'));
  expectAudit(seen, {
    action: 'drainHost',
    outcome: 'done',
    reason,
    before: { host: 'drain-01', drained: false },
    after: { host: 'drain-01', drained: true },
  });
  const channel = `worker_${worker.workerId.replaceAll('-', '')}`;
  expect(seen.notifications).toEqual([`${channel} drain`]);
  expect(await hostOf(farm, 'drain-01')).toMatchObject({ state: 'draining', drainedBy: 'ada' });
  expect(await claim(worker)).toMatchObject({ ok: false });
  expect(await renewLeases(worker, BEAT)).toMatchObject({ drain: { by: 'ada', reason } });
  expect((await findJobView(farm.db, job.id))?.job.status).toBe('QUEUED');

  const back = await farm.trace(() => resume('drain-01'));
  expect(back.notifications).toEqual([`${channel} drain`]);
  expect(await renewLeases(worker, BEAT)).toMatchObject({ drain: null });
  expect(await claim(worker)).toMatchObject({ ok: true, job: { jobId: job.id } });
});

it('a second drain changes nothing and keeps who drained first; so does a second end', async () => {
  await farm.worker('drain-02');
  expect(await resume('drain-02')).toEqual({ ok: true, changed: false });
  expect(await drain('drain-02')).toEqual({ ok: true, changed: true });
  const first = await hostOf(farm, 'drain-02');
  const again = await farm.trace(() => drain('drain-02', 'Other words.'));
  expect(expectDone(again.result).changed).toBe(false);
  expect(again.audit).toMatchObject([{ action: 'drainHost', outcome: 'noop' }]);
  expect(again.notifications).toEqual([]);
  expect(await hostOf(farm, 'drain-02')).toEqual(first);
  expect(first).toMatchObject({ state: 'drained', drainReason: reason });
  expect(await resume('drain-02')).toEqual({ ok: true, changed: true });
  expect(await drain('nowhere')).toMatchObject({ ok: false, rejection: { code: 'unknownHost' } });
});

it('the drain stays with the name: after a restart, and for another machine', async () => {
  const worker = await farm.worker('drain-03');
  await drain('drain-03', null);
  const restarted = { ...worker, workerId: randomUUID() };
  await silence(farm, 'drain-03');
  expectDone(await signOn(restarted));
  expect(await hostOf(farm, 'drain-03')).toMatchObject({ state: 'drained' });
  await silence(farm, 'drain-03');
  expectDone(await releaseHost(farm.admin, { name: 'drain-03', reason: 'Replaced.' }));
  const clone = {
    ...worker,
    workerId: randomUUID(),
    identity: anIdentity('another machine'),
  };
  expectDone(await signOn(clone));
  expect(await hostOf(farm, 'drain-03')).toMatchObject({ state: 'drained', drainReason: null });
  const { job } = await aQueuedJob(farm);
  expect(await claim(clone)).toMatchObject({ ok: false });
  await resume('drain-03');
  expect(await claim(clone)).toMatchObject({ ok: true, job: { jobId: job.id } });
});

it('a worker of an earlier version, without this rule, claims nothing either', async () => {
  const worker = await farm.worker('drain-04');
  const { job } = await aQueuedJob(farm);
  await drain('drain-04');
  const claimed = await farm.sql`
    update jobs set status = 'RENDERING', version = version + 1, attempts = attempts + 1,
      attempt_id = gen_random_uuid(), host = ${worker.host}, lease_ms = 1000,
      lease_expires_at = clock_timestamp() where id = ${job.id} returning id`;
  expect([...claimed]).toEqual([]);
  await farm.sql`update render_hosts set drained_at = null, drained_by = null`;
  expect(await claim(worker)).toMatchObject({ ok: true, job: { jobId: job.id } });
});

it("a host's own login can neither end its drain nor leave it behind", async () => {
  const { worker, sql, login } = await farm.hostWithLogin('drain-05');
  await farm.sql.unsafe(hostLoginSql({ host: 'drain-06', login, password: null }));
  const { job } = await aQueuedJob(farm);
  await drain('drain-05');
  expect(await claim(worker)).toMatchObject({ ok: false });
  for (const change of ['drained_at = null', "drained_by = 'eve'", "name = 'drain-06'"])
    await expect(
      sql.unsafe(`update render_hosts set ${change} where name = 'drain-05'`),
    ).rejects.toThrow(/may not change the drain or the name of a host/);
  expect(await hostOf(farm, 'drain-05')).toMatchObject({ state: 'drained', drainedBy: 'ada' });
  await resume('drain-05');
  expect(await claim(worker)).toMatchObject({ ok: true, job: { jobId: job.id } });
});

it('a job says that all hosts for it are drained; none is idle for it', async () => {
  await farm.sql`update render_hosts set gone_at = clock_timestamp()`;
  for (const name of ['drain-07', 'drain-08'])
    await signOn(await farm.worker(name), { tags: name === 'drain-07' ? ['c4d'] : [] });
  const submitted = async (tags: string) => {
    const nexrenderJob = { ...NEXRENDER_JOB, tags };
    return (await aQueuedJob(farm, { nexrenderJob })).job.id;
  };
  const says = async (id: string) => {
    const view = await findJobView(farm.db, id);
    return { drainedHosts: view?.drainedHosts, noHostOffers: view?.noHostOffers };
  };
  await drain('drain-07');
  const tagged = await submitted('c4d');
  const plain = await submitted('');
  const first = { drainedHosts: ['drain-07'], noHostOffers: null };
  expect(await says(tagged)).toEqual(first);
  expect(await says(plain)).toEqual({ drainedHosts: null, noHostOffers: null });
  await drain('drain-08');
  expect(await says(tagged)).toEqual(first);
  expect(await says(plain)).toEqual({
    drainedHosts: ['drain-07', 'drain-08'],
    noHostOffers: null,
  });
  expect(await countIdleHosts(farm.db)).toBe(0);
  await resume('drain-07');
  expect(await says(tagged)).toEqual({ drainedHosts: null, noHostOffers: null });
  expect(await countIdleHosts(farm.db)).toBe(1);
});
