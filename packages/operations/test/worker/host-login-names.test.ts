/*
 * What happens to the name of a host and its attempts when the login changes, and what a host with
 * a login of its own may restore after a promotion.
 */
import { randomUUID } from 'node:crypto';
import type { AttemptReport } from '@renderdeck/domain';
import { beforeEach, expect, it } from 'vitest';
import {
  findJobView,
  recordHostCheck,
  releaseAttempt,
  releaseHost,
  reportOrphan,
} from '../../src/index.ts';
import {
  aCompletedJob,
  aFarm,
  anIdentity,
  aQueuedJob,
  aReport,
  aRunningJob,
  attemptOf,
  cancel,
  claimAgain,
  expectDone,
  newIncarnation,
  prove,
  type RunningJob,
  recoverExpired,
  reports,
  restore,
  silence,
} from '../../testing/index.ts';

const farm = aFarm();
type Host = Awaited<ReturnType<typeof farm.hostWithLogin>>;
let count = 0;
let host: string;
beforeEach(() => {
  count += 1;
  host = `ae-${count}`;
});

const rowOf = async ({ attemptId }: RunningJob) =>
  (
    await farm.sql`
      select host_login, restored, outcome, confirmed_at is not null as proven
      from attempts where id = ${attemptId}`
  )[0];
const statusOf = async (id: string) => (await findJobView(farm.db, id))?.job.status;

/** A lost attempt of this host that is open. */
async function lostBy({ worker }: Pick<Host, 'worker'>): Promise<RunningJob> {
  const lost = await aRunningJob(farm, { worker, leaseMs: 0 });
  await recoverExpired(farm, { actor: 'renderdeck' });
  return lost;
}

/** The report of an attempt in the journal of this host. */
const reportOf = ({ worker }: Host, job: { jobId: string; attemptId: string }) =>
  aReport(worker, job, { removalReport: null });
const tell = ({ worker }: Host, report: AttemptReport) => restore(worker, report);

it('the first own login may prove what ran under the name with a shared login', async () => {
  const shared = await farm.worker(host);
  const running = await aRunningJob(farm, { worker: shared });
  expect(await rowOf(running)).toMatchObject({ host_login: null });
  const own = await farm.hostWithLogin(host);
  expect(await rowOf(running)).toMatchObject({ host_login: own.login });
  expectDone(await prove(running, reports(), own.worker));
  expect(await rowOf(running)).toMatchObject({ outcome: 'lost', proven: true });
  expect(await statusOf(running.id)).toBe('QUEUED');
});

it('another machine with another login gets the name, but cannot prove old attempts', async () => {
  const old = await farm.hostWithLogin(host);
  const lost = await lostBy(old);
  await silence(farm, host);
  const fresh = await farm.hostWithLogin(host, '_new');
  const elsewhere = { ...fresh.worker, identity: anIdentity('another machine') };
  expect(await fresh.register(elsewhere)).toMatchObject({
    ok: false,
    rejection: {
      code: 'nameHeld',
      sentence: expect.stringMatching(/the end of 1 of its attempts/),
    },
  });
  expect(await old.register()).toMatchObject({ ok: false, rejection: { code: 'notOfLogin' } });

  expectDone(await releaseHost(farm.admin, { name: host, reason: 'It was replaced.' }));
  expectDone(await fresh.register(elsewhere));
  const report = { attempt: attemptOf(lost), reports: reports() };
  expect(await reportOrphan(elsewhere, report)).toMatchObject({ ok: false });
  expect(await rowOf(lost)).toMatchObject({ host_login: old.login, proven: false });
  expectDone(await reportOrphan(old.worker, report));
  expect(await rowOf(lost)).toMatchObject({ proven: true });
});

it('an attempt whose claim was lost is restored while the job waits', async () => {
  const own = await farm.hostWithLogin(host);
  const { job } = await aQueuedJob(farm);
  const attempt = { jobId: job.id, attemptId: randomUUID() };
  expectDone(await tell(own, reportOf(own, attempt)));
  expect(await statusOf(job.id)).toBe('COMPLETED');
  const [row] = await farm.sql`
    select host_login, restored from attempts where id = ${attempt.attemptId}`;
  expect(row).toEqual({ host_login: own.login, restored: true });
});

it('while another host holds the job, or after its end, the report is rejected', async () => {
  const own = await farm.hostWithLogin(host);
  const other = await farm.worker();
  const held = await aRunningJob(farm, { worker: other });
  const report = reportOf(own, { jobId: held.id, attemptId: randomUUID() });
  const heldElsewhere = { ok: false, rejection: { code: 'heldElsewhere', jobId: held.id } };
  expect(await tell(own, report)).toEqual(heldElsewhere);
  await farm.sql`update jobs set status = 'FAILED', lease_expires_at = null where id = ${held.id}`;
  expect(await tell(own, report)).toEqual(heldElsewhere);
  const nowhere = { ...report, jobId: randomUUID() };
  expect(await tell(own, nowhere)).toMatchObject({ rejection: { code: 'unknownJob' } });
  await farm.sql`delete from jobs where id = ${held.id}`;
});

it('a restored attempt takes no job from another host, an attempt claimed here does', async () => {
  const own = await farm.hostWithLogin(host);
  const other = await farm.worker();
  const { job } = await aQueuedJob(farm);
  const restored = reportOf(own, { jobId: job.id, attemptId: randomUUID() });
  await tell(own, { ...restored, end: { kind: 'lost' }, output: 'none' });
  await farm.sql`update attempts set confirmed_at = null where id = ${restored.attemptId}`;
  const again = await claimAgain(farm, job.id, { worker: other });
  expect(await tell(own, restored)).toMatchObject({ rejection: { code: 'heldElsewhere' } });
  expect(await statusOf(job.id)).toBe('RENDERING');
  expectDone(await prove(again, reports(), other));

  const lost = await lostBy(own);
  const second = await claimAgain(farm, lost.id, { worker: other });
  expectDone(await tell(own, reportOf(own, attemptOf(lost))));
  expect(await statusOf(lost.id)).toBe('COMPLETED');
  expect(await rowOf(second)).toMatchObject({ outcome: 'lost', proven: false });
  expect(await rowOf(lost)).toMatchObject({ proven: true });
});

it('after its next attempt the host may still report what the lost attempt did', async () => {
  const own = await farm.hostWithLogin(host);
  const done = await aCompletedJob(farm, { worker: own.worker });
  const attempt = { jobId: done.id, attemptId: randomUUID() };
  expectDone(await tell(own, reportOf(own, attempt)));
  const { job } = (await findJobView(farm.db, done.id)) ?? {};
  expect(job?.warnings).toEqual([`Attempt 2 had published the output on ${host}.`]);
});

it('a job stays off the host that gave it back even if the host gets another login', async () => {
  const old = await farm.hostWithLogin(host);
  const given = await aRunningJob(farm, { worker: old.worker });
  const { id } = given;
  const failed = { why: 'The disk is full.', outcome: 'hostFailed' as const };
  expectDone(
    await releaseAttempt(old.worker, { attempt: attemptOf(given), reports: reports(), ...failed }),
  );
  await silence(farm, host);
  const { worker, register } = await farm.hostWithLogin(host, '_new');
  expectDone(await register());
  expect((await findJobView(farm.db, id))?.keptOff).toEqual([{ host, times: 1, why: failed.why }]);
  await expect(claimAgain(farm, id, { worker })).rejects.toThrow('could not be claimed');
  const items = [{ name: 'render', ok: true, sentence: 'One frame was rendered.' }] as const;
  await farm.sql`select pg_sleep(0.002)`;
  await recordHostCheck(worker, { items, ranMs: 0, askedAt: null });
  await claimAgain(farm, id, { worker });
});

it('an attempt that is known under an earlier login of the host is held elsewhere', async () => {
  const old = await farm.hostWithLogin(host);
  const given = await aRunningJob(farm, { worker: old.worker });
  const released = { attempt: attemptOf(given), reports: reports(), why: 'Shut down.' };
  expectDone(await releaseAttempt(old.worker, released));
  await silence(farm, host);
  const own = await farm.hostWithLogin(host, '_new');
  expectDone(await own.register());
  const before = await rowOf(given);
  const report = reportOf(own, attemptOf(given));
  expect(await tell(own, report)).toMatchObject({ rejection: { code: 'heldElsewhere' } });
  expect(await rowOf(given)).toEqual(before);
  expect(await statusOf(given.id)).toBe('QUEUED');
});

it.each(['QUEUED', 'CANCELLED'])(
  'an attempt whose number a hidden attempt has is restored: the job is %s',
  async (status) => {
    const own = await farm.hostWithLogin(host);
    const hidden = await farm.hostWithLogin(`${host}-b`);
    const claimed = await aRunningJob(farm, { worker: hidden.worker });
    const { id } = claimed;
    const given = { attempt: attemptOf(claimed), reports: reports(), why: 'Shut down.' };
    expectDone(await releaseAttempt(hidden.worker, given));
    if (status === 'CANCELLED') {
      await newIncarnation(farm);
      expectDone(await cancel(farm, id));
    }
    const report = reportOf(own, { jobId: id, attemptId: randomUUID() });
    expectDone(await tell(own, report));
    const attempts = await farm.sql`
      select number, host, outcome, confirmed_at is not null as proven from attempts
      where job_id = ${id} order by number`;
    expect([...attempts]).toEqual([
      { number: 1, host: `${host}-b`, outcome: 'released', proven: true },
      { number: 2, host, outcome: 'completed', proven: true },
    ]);
    const { job } = (await findJobView(farm.db, id)) ?? {};
    expect(job).toMatchObject(
      status === 'QUEUED'
        ? { status: 'COMPLETED', attempts: 2, maxAttempts: 5, output: 'published', warnings: [] }
        : { status, warnings: [`Attempt 2 had published the output on ${host}.`] },
    );
    const lines = await farm.sql`
      select facts->>'why' as why from job_changes
      where job_id = ${id} and actor = ${host} order by version`;
    expect(lines[0]?.why).toBe('addAttempt after a report of attempt 2, which completed');
  },
);
