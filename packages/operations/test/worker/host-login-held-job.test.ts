/*
 * What a host's own login may do to a job that it holds: nothing that blocks other claims or
 * cancels, and nothing that makes a receipt claim more than is known. The tests send SQL that the
 * worker never sends.
 */
import { openIncarnation } from '@renderdeck/store';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelJob,
  findJobView,
  readIncarnation,
  recordJournalSent,
  releaseAttempt,
  settleAwaitingJobs,
} from '../../src/index.ts';
import {
  acknowledge,
  aFarm,
  aQueuedJob,
  aRunningJob,
  cancel,
  claimAgain,
  expectDone,
  newIncarnation,
  type RunningJob,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
type Host = Awaited<ReturnType<typeof farm.hostWithLogin>>;
let own: Host;
let other: Host;
let held: RunningJob;
beforeAll(async () => {
  own = await farm.hostWithLogin('ae-01');
  other = await farm.hostWithLogin('ae-02');
});
beforeEach(async () => {
  held = await aRunningJob(farm, { worker: own.worker });
  return async () => void (await farm.sql`truncate jobs, job_changes, receipts cascade`);
});

const REFUSED = 'RDHL1';
/**
 * Changes the held job as the worker of its host does: with a new version and a line of its
 * history.
 */
const change = (set: string) =>
  `with job as (update jobs set ${set}, version = version + 1 where id = '${held.id}' returning *)
   insert into job_changes (job_id, version, event, status_before, status_after, actor, q_to)
   select id, version, 'requeue', (select status from jobs where id = '${held.id}'), status,
     'ae-01', case when status = 'QUEUED' then ((100 - priority)::bigint << 48) | queue_seq end
   from job`;
const outcome = (statement: string) =>
  own.sql.unsafe(statement).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
const QUEUED = "status = 'QUEUED', lease_expires_at = null, started_at = null";
const STOP = `status = 'CANCELLING', stop_requested_at = now(), stop_requested_by = 'ada',
  stop_channel = 'trpc', stop_attempt_id = attempt_id`;
const receiptOf = async (id: string) => (await findJobView(farm.db, id))?.receipt;

describe('no counter of a job becomes so large that its next claim fails', () => {
  it.each(['attempts = 1000', 'attempts = attempts + 1', `attempts = attempts + 1, ${QUEUED}`])(
    'the host sets %s',
    async (set) => {
      expect(await outcome(change(set))).toBe(REFUSED);
    },
  );

  it('a restored attempt counts, up to 9999', async () => {
    const restored = 'attempts = attempts + 7, max_attempts = max_attempts + 7';
    expect(await outcome(change(restored))).toBe('done');
    await farm.sql`update jobs set attempts = 9998, max_attempts = 9998 where id = ${held.id}`;
    expect(await outcome(change(restored))).toBe(REFUSED);
  });

  it('a job with more attempts is not given back; if it waits, it is claimed', async () => {
    await farm.sql`update jobs set attempts = 10000, max_attempts = 3 where id = ${held.id}`;
    expect(await outcome(change(QUEUED))).toBe(REFUSED);
    await farm.sql`update jobs set attempts = 9999 where id = ${held.id}`;
    expect(await outcome(change(QUEUED))).toBe('done');
    expect(await claimAgain(farm, held.id, { worker: other.worker })).toMatchObject({
      id: held.id,
    });
  });

  it('an attempt has the number that its claim counted', async () => {
    const { job } = await aQueuedJob(farm);
    const claim = (number: number) => `
      with job as (update jobs set status = 'RENDERING', version = version + 1,
          attempts = attempts + 1, attempt_id = gen_random_uuid(), host = 'ae-01', lease_ms = 9000,
          lease_renewals = lease_renewals + 1, lease_expires_at = now() + interval '9 s'
        where id = '${job.id}' returning *), begun as (
        insert into attempts (id, job_id, number, host, worker_id, tree_marker)
        select attempt_id, id, ${number}, host, gen_random_uuid(), 'x' from job)
      insert into job_changes (job_id, version, event, status_before, status_after, actor, q_from)
      select id, version, 'claim', 'QUEUED', 'RENDERING', 'ae-01',
        ((100 - priority)::bigint << 48) | queue_seq from job`;
    expect(await outcome(claim(2))).toBe(REFUSED);
    expect(await outcome(claim(1))).toBe('done');
  });
});

describe('a stop in an open transaction of the host blocks no other cancel', () => {
  /** Sends the statement in a transaction, and does the work before the transaction ends. */
  async function keepOpen(statement: string, work: (sent: string) => Promise<void>) {
    const open = await own.sql.reserve();
    await open.unsafe('begin; set local idle_in_transaction_session_timeout = 0');
    const sent = open.unsafe(statement).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    try {
      await work(await sent);
    } finally {
      await open.unsafe('rollback');
      open.release();
    }
  }
  const cancelAnother = async () => {
    const { id } = (await aQueuedJob(farm)).job;
    expectDone(await cancelJob(farm.admin, { id, reason: null }, 1000));
    return (await receiptOf(id))?.number;
  };

  it('in an incarnation of the database that gave no receipt yet', async () => {
    await newIncarnation(farm);
    await keepOpen(change(STOP), async (sent) => {
      expect(sent).toBe('done');
      expect(await cancelAnother()).toBeGreaterThan(1_000_000);
    });
  });

  it('in an incarnation that no API has opened', async () => {
    await farm.sql`delete from database_incarnations`;
    await keepOpen(change(STOP), async (sent) => {
      expect(sent).toBe(REFUSED);
      expect(await cancelAnother()).toBeGreaterThan(1_000_000);
    });
    await openIncarnation(farm.db);
    expect(await outcome(change(STOP))).toBe('done');
  });
});

describe('after a failover, of a job whose cancel waits for the other host', () => {
  const awaited = (host: string) => ({ host, reportedAt: null, declaration: null });
  beforeEach(() => newIncarnation(farm));

  it('the host cannot leave out a host when it reports a cancel', async () => {
    const [job] = await farm.sql`select awaited_hosts from jobs where id = ${held.id}`;
    expect(job?.awaited_hosts).toEqual([]);
    const nobody = `awaited_hosts = '[]'`;
    const another = `awaited_hosts = '[{"host": "x", "hostId": null, "reportedAt": null}]'`;
    expect(await outcome(change(another))).toBe(REFUSED);
    expect(await outcome(change(`${STOP}, ${nobody}`))).toBe('done');
    expect(await receiptOf(held.id)).toMatchObject({
      awaitedHosts: [awaited('ae-01'), awaited('ae-02')],
    });
  });

  it.each([
    `awaited_hosts = '[]'`,
    `awaited_hosts = '[]', status = 'CANCELLED', lease_expires_at = null, ended_at = now()`,
    `stop_requested_at = null, stop_requested_by = null, stop_channel = null, status = 'RENDERING'`,
    `stop_requested_by = 'eve'`,
    `stop_requested_at = now() - interval '1 hour'`,
    `stop_channel = 'rest'`,
    `stop_reason = 'mine'`,
    'stop_attempt_id = gen_random_uuid()',
    `status = 'RENDERING'`,
    `status = 'FAILED', lease_expires_at = null`,
    QUEUED,
  ])('the host changes neither the cancel nor its awaited hosts: %s', async (set) => {
    expectDone(await cancel(farm, held.id));
    const jobs = () => farm.sql`select * from jobs`;
    const before = [...(await jobs())];
    expect(await outcome(change(set))).toBe(REFUSED);
    expect([...(await jobs())]).toEqual(before);
  });

  it('the cancel is proven when both hosts have told what they run', async () => {
    expectDone(await cancel(farm, held.id));
    expectDone(await acknowledge(held, reports(), own.worker));
    expect(await receiptOf(held.id)).toMatchObject({ outcome: 'unconfirmed' });
    for (const { worker } of [own, other])
      await recordJournalSent(worker, { incarnation: await readIncarnation(farm.db) });
    expectDone(await settleAwaitingJobs({ db: farm.db }, { actor: 'renderdeck' }));
    expect(await receiptOf(held.id)).toMatchObject({ outcome: 'cancelled', proof: 'kernel' });
  });
});

it.each([QUEUED, `status = 'FAILED', lease_expires_at = null`])(
  'a cancel that the host recorded without its status is not taken back: %s',
  async (set) => {
    const asked = `stop_requested_at = now(), stop_requested_by = 'ada', stop_channel = 'trpc'`;
    expect(await outcome(change(asked))).toBe('done');
    expect(await outcome(change(set))).toBe(REFUSED);
  },
);

it('with the id of another host it does not learn how often that host gave jobs back', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker: other.worker });
  const failed = { why: 'The disk is full.', outcome: 'hostFailed' as const };
  const attempt = { jobId: id, attemptId };
  expectDone(await releaseAttempt(other.worker, { attempt, reports: reports(), ...failed }));
  const { hostId } = other.worker.identity;
  const failures = async ({ sql }: Host) =>
    (await sql`select times::int from host_failures(${id}, ${hostId})`)[0];
  await own.sql`update render_hosts set host_id = ${hostId} where name = 'ae-01'`;
  expect(await failures(own)).toEqual({ times: 0 });
  expect(await failures(other)).toEqual({ times: 1 });
});
