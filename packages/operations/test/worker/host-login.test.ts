/*
 * A host's own login reaches only its own rows. The other host tries raw SQL that the worker never
 * sends. Long because: it is one list of such statements.
 */
import { unmeasured } from '@renderdeck/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  allowPublish,
  finishAttempt,
  readSecrets,
  recordOutput,
  recordPictures,
  reportOrphan,
} from '../../src/index.ts';
import {
  acknowledge,
  aFarm,
  aPublishingJob,
  aQueuedJob,
  aRunningJob,
  asking,
  attemptOf,
  cancel,
  claimAgain,
  expectDone,
  prove,
  type RunningJob,
  recordLog,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
type Host = Awaited<ReturnType<typeof farm.hostWithLogin>>;
let own: Host;
let other: Host;
let job: RunningJob;
const A_PICTURE = {
  ...{ number: 1, frame: 12, moment: null, width: 320, height: 180 },
  ...{ picture: 'UklGRg==', small: 'UklGRg==' },
};
const WITH_SECRETS = {
  template: { src: 'https://render:s3cr3t@files.example/intro.aep', composition: 'main' },
};

beforeAll(async () => {
  own = await farm.hostWithLogin('ae-01');
  other = await farm.hostWithLogin('ae-02');
  job = await aRunningJob(farm, { worker: own.worker, nexrenderJob: WITH_SECRETS });
  const chunk = { seq: 1, stream: 'aerender', lines: ['PROGRESS: 1'] } as const;
  await recordLog(own.worker, { attemptId: job.attemptId, chunks: [chunk] });
  const pictures = [A_PICTURE];
  expectDone(await recordPictures(own.worker, { attemptId: job.attemptId, pictures }));
  const copied = { kind: 'file', bytes: 1, files: 1, sha256: null } as const;
  const output = { number: 1, path: '/a', msAgo: 0, ...copied, ...unmeasured(copied, 'late') };
  expectDone(await recordOutput(own.worker, { attemptId: job.attemptId, output }));
});

/** All stored rows, without the columns that a heartbeat changes. */
const record = async () => {
  const tables = ['jobs', 'attempts', 'attempt_log', 'job_pictures', 'job_secrets'];
  tables.push('job_definitions', 'job_outputs');
  const rows = tables.map((table) => farm.sql.unsafe(`select t::text from ${table} t order by 1`));
  const hosts = farm.sql`select name, host_login, worker_id, problem from render_hosts order by 1`;
  const history = farm.sql`select count(*) from job_changes`;
  return JSON.stringify(await Promise.all([...rows, hosts, history]));
};

/**
 * Nothing was found, or the statement was refused: by the database, or by the rules for logins of
 * hosts.
 */
const HARMLESS = /^(done|42501|RDHL1)$/;

/** Sends the statement as one transaction. Gives `done`, or the SQLSTATE of the refusal. */
async function outcome(
  by: Host,
  statement: string,
  { id, attemptId }: RunningJob,
): Promise<string> {
  const sent = statement.replaceAll('{job}', id).replaceAll('{attempt}', attemptId);
  return await by.sql
    .begin((tx) => tx.unsafe(sent))
    .then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
}

describe('a login reads nothing of another host', () => {
  it.each([
    'attempts',
    'attempt_log',
    'job_outputs',
    'job_pictures',
    'job_secrets',
    'job_definitions',
    'jobs',
    "render_hosts where name = 'ae-01'",
    "host_logins where host = 'ae-01'",
  ])('select from %s', async (from) => {
    expect([...(await other.sql.unsafe(`select * from ${from}`))]).toEqual([]);
    expect(await own.sql.unsafe(`select * from ${from}`)).toHaveLength(1);
  });

  it.each(['job_changes', 'audit_log', 'users'])('select from %s is refused', async (table) => {
    await expect(other.sql.unsafe(`select from ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('the facts of other attempts are shown only to hosts that had one of the job', async () => {
    expect([...(await other.sql`select * from other_attempts(${job.id})`)]).toEqual([]);
  });
});

describe('a login changes nothing of another host', () => {
  it.each([
    "update attempts set output = 'published'",
    'update attempts set host_login = session_user',
    "update jobs set status = 'FAILED'",
    'update jobs set lease_expires_at = null, version = version + 1',
    "update render_hosts set problem = 'mine' where name = 'ae-01'",
    "update render_hosts set name = 'ae-01'",
    "update render_hosts set host_login = 'x' where name = 'ae-01'",
    `insert into render_hosts select (jsonb_populate_record(h, '{"name": "ae-01"}')).* from ` +
      `render_hosts h on conflict (name) do update set problem = 'mine'`,
    "insert into host_logins values ('ae-01', session_user)",
    'update host_logins set login = session_user',
    "insert into attempt_log values ('{attempt}', 2, now(), 'aerender', '[]')",
    "insert into job_pictures (attempt_id, slot, number, why) values ('{attempt}', 0, 0, 'off')",
    "insert into job_outputs values ('{attempt}', 2, '/x', now(), 'file', 1, 1)",
    "update job_outputs set path = '/other'",
    'delete from job_outputs',
    'update job_pictures set picture = small',
    'delete from job_pictures',
    'insert into attempts (id, job_id, number, host, worker_id, tree_marker) values ' +
      "(gen_random_uuid(), '{job}', 2, 'ae-02', gen_random_uuid(), 'x')",
    'insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome) values ' +
      "(gen_random_uuid(), '{job}', 2, 'ae-02', gen_random_uuid(), 'x', 'lost')",
    'insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome) values ' +
      "(gen_random_uuid(), '{job}', 2, 'ae-01', gen_random_uuid(), 'x', 'lost')",
    'insert into job_changes (job_id, version, event, status_before, status_after, actor) ' +
      "values ('{job}', 2, 'complete', 'RENDERING', 'RENDERING', 'ae-02')",
    'insert into job_changes (job_id, version, event, status_before, status_after, actor) ' +
      "values ('{job}', 9, 'complete', 'RENDERING', 'COMPLETED', 'ae-02')",
    'delete from attempts',
    "select bind_host_login('ae-01', session_user)",
    'alter table jobs disable row level security',
    'alter table jobs disable trigger all',
    'drop policy host_login on jobs',
    "set role renderdeck_worker; update jobs set status = 'FAILED'",
    'set session_replication_role = replica',
    "create temp table attempts on commit drop as select gen_random_uuid() id, '{job}'::uuid " +
      "job_id, session_user::text host_login; update public.jobs set status = 'FAILED', " +
      'version = version + 1',
  ])('%s', async (statement) => {
    const before = await record();
    expect(await outcome(other, statement, job)).toMatch(HARMLESS);
    expect(await record()).toBe(before);
  });

  it('no operation of its worker reaches the job of the other host', async () => {
    const before = await record();
    const attempt = attemptOf(job);
    expect(
      await readSecrets(other.worker, { attempt, nexrenderJob: job.nexrenderJob }),
    ).toMatchObject({ ok: false, rejection: { code: 'lostAttempt' } });
    const ended = {
      attempt,
      end: { kind: 'completed' },
      signalled: false,
      reports: reports(),
    } as const;
    expect(await finishAttempt(other.worker, ended)).toMatchObject({ ok: false });
    expect(await reportOrphan(other.worker, { attempt, reports: reports() })).toMatchObject({
      ok: false,
    });
    await recoverExpired(other.worker, { actor: 'ae-02' });
    expect(await record()).toBe(before);
  });

  it('its worker cannot take the name, nor another one not bound to its login', async () => {
    for (const host of ['ae-01', 'ae-99']) {
      expect(await other.register({ ...other.worker, host })).toMatchObject({
        ok: false,
        rejection: {
          code: 'notOfLogin',
          sentence: expect.stringMatching(/Its names are ae-02[.]/),
        },
      });
    }
  });
});

describe('a job that waits', () => {
  it.each([
    'update jobs set priority = 100, version = version + 1',
    "update jobs set status = 'CANCELLED', version = version + 1",
    "update jobs set name = 'mine'",
    "update jobs set status = 'RENDERING', version = version + 1, attempts = attempts + 1, " +
      "attempt_id = gen_random_uuid(), host = 'ae-02', lease_expires_at = now()",
    "update jobs set status = 'RENDERING', version = version + 1, attempts = attempts + 1, " +
      "attempt_id = '{attempt}', host = 'ae-01', lease_expires_at = now()",
    'update jobs set attempts = 2, max_attempts = 2, version = version + 1',
    "with job as (update jobs set version = version + 1 where id = '{job}' returning *) " +
      'insert into job_changes (job_id, version, event, status_before, status_after, actor) ' +
      "select id, version, 'setPriority', 'QUEUED', 'QUEUED', 'ae-02' from job",
  ])('a login changes nothing except by a claim: %s', async (statement) => {
    const waits = await aQueuedJob(farm);
    const before = await record();
    const aimed = statement.replace(/^(update jobs .*)$/, "$1 where id = '{job}'");
    const refused = await outcome(other, aimed, { ...job, id: waits.job.id });
    expect(refused).toMatch(/^(42501|RDHL1)$/);
    expect(await record()).toBe(before);
  });
});

describe('a job that the login held until another host got it', () => {
  let lost: RunningJob;
  let again: RunningJob;
  beforeAll(async () => {
    lost = await aPublishingJob(farm, {
      worker: other.worker,
      nexrenderJob: WITH_SECRETS,
      leaseMs: 0,
    });
    await recoverExpired(farm, { actor: 'renderdeck' });
    again = await claimAgain(farm, lost.id, { worker: own.worker });
  });

  it.each([
    "update jobs set status = 'FAILED', version = version + 1 where id = '{job}'",
    "update jobs set lease_expires_at = null, version = version + 1 where id = '{job}'",
    "update jobs set lease_ms = 1 where id = '{job}'",
    "update jobs set attempt_id = '{attempt}', version = version + 1 where id = '{job}'",
    "update jobs set status = 'COMPLETED', version = version + 1 where id = '{job}'",
    "update jobs set warnings = '[]', name = 'mine', version = version + 1 where id = '{job}'",
    "update attempts set number = 7 where id = '{attempt}'",
    "update attempts set host_id = gen_random_uuid() where id = '{attempt}'",
    "update attempts set outcome = null, job_id = gen_random_uuid() where id = '{attempt}'",
  ])('a login is refused: %s', async (statement) => {
    const before = await record();
    expect(await outcome(other, statement, lost)).toMatch(/^(42501|RDHL1)$/);
    expect(await record()).toBe(before);
  });

  const OUT = ['publications', 'all_published'];
  it('it sees its own attempt and whether the other one may publish, and no secret', async () => {
    const seen = await other.sql`select id from attempts where job_id = ${lost.id}`;
    expect([...seen]).toEqual([{ id: lost.attemptId }]);
    expect([...(await other.sql`select from job_secrets where job_id = ${lost.id}`)]).toEqual([]);
    const facts = await other.sql`select * from other_attempts(${lost.id})`;
    expect(facts.map(Object.keys)).toEqual([
      ['id', 'number', 'host', 'outcome', 'output', ...OUT, 'confirmed_at', 'declared_at'],
    ]);
    expect([...facts]).toMatchObject([{ id: again.attemptId, output: 'none' }]);
  });

  it('the other host may not publish before it has proven the end of its attempt', async () => {
    const publish = () => allowPublish(own.worker, asking(attemptOf(again)));
    expect(await publish()).toMatchObject({
      ok: false,
      rejection: { code: 'otherMayPublish', host: 'ae-02' },
    });
    expectDone(await prove(lost, reports(), other.worker));
    expectDone(await publish());
    await cancel(farm, again.id, 'over');
    expectDone(await acknowledge(again, reports(), own.worker));
  });
});
