/*
 * The rules of who may claim a job hold in the database: an older worker, whose statement knows no
 * tags and does not know that a job is kept away from a host, gets no such job with any login.
 */
import { randomUUID } from 'node:crypto';
import { isKeptOff } from '@renderdeck/domain';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { holdOpen } from '@renderdeck/testing/race';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { claimJob, findJobView, releaseAttempt } from '../../src/index.ts';
import {
  aFarm,
  anIdentity,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  expectDone,
  FAILED,
  finish,
  NEXRENDER_JOB,
  reports,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const own = farm.hostOfFile('render-05');
let shared: Sql;
beforeAll(async () => {
  shared = openSql(await farm.urlAs('renderdeck_worker'), 1);
});
afterAll(() => shared.end());
const plain = farm.workerOfFile('render-06');
const LOGINS: readonly (readonly [string, () => Sql, string])[] = [
  ['the owner', () => farm.sql, plain.host],
  ['the shared login of workers', () => shared, plain.host],
  ["a host's own login", () => own.sql, 'render-05'],
];
const tagged = { nexrenderJob: { ...NEXRENDER_JOB, tags: 'gpu' } };
/** No job may wait for the next test. */
afterEach(() => farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`);

/** The claim of an older worker: the first job that waits. Gives its id, or null. */
async function claimAsOlder(sql: Sql, host: string): Promise<string | null> {
  const attempt = randomUUID();
  const [row] = await sql<{ id: string }[]>`
    with next as (
      select id, queue_key from jobs where queue_key is not null
      order by queue_key limit 1 for update skip locked
    ), claimed as (
      update jobs set status = 'RENDERING', version = version + 1, attempts = attempts + 1,
        attempt_id = ${attempt}, host = ${host}, started_at = clock_timestamp(), failure = null,
        lease_ms = 30000, lease_renewals = lease_renewals + 1,
        lease_expires_at = clock_timestamp() + interval '30 s'
      from next where jobs.id = next.id
      returning jobs.id, jobs.attempts, jobs.version, next.queue_key
    ), begun as (
      insert into attempts (id, job_id, number, host, host_id, worker_id, tree_marker)
      select ${attempt}, id, attempts, ${host}, ${anIdentity(host).hostId}::uuid,
        ${randomUUID()}, 'marker' from claimed
    ), line as (
      insert into job_changes (job_id, version, event, status_before, status_after, actor, q_from)
      select id, version, 'claim', 'QUEUED', 'RENDERING', ${host}, queue_key from claimed
    )
    select id from claimed`;
  return row?.id ?? null;
}

it.each(LOGINS)('%s gets no job whose tags its host does not offer', async (_who, sql, host) => {
  const { job } = await aQueuedJob(farm, tagged);
  expect(await claimAsOlder(sql(), host)).toBeNull();
  await farm.sql`update render_hosts set tags = '{gpu,mac}' where name = ${host}`;
  expect(await claimAsOlder(sql(), host)).toBe(job.id);
  await farm.sql`update render_hosts set tags = '{}' where name = ${host}`;
});

it.each(LOGINS)('%s gets no job that is kept away from its host', async (_who, sql, host) => {
  const worker = host === plain.host ? plain : own.worker;
  const back = await aRunningJob(farm, { worker });
  const given = { attempt: attemptOf(back), reports: reports(), why: 'No licence.' };
  expectDone(await releaseAttempt(worker, { ...given, outcome: 'hostFailed' }));
  expect(await claimAsOlder(sql(), host)).toBeNull();
  const other = await farm.worker('render-07');
  expect(await claimAsOlder(farm.sql, other.host)).toBe(back.id);
});

it('the end of a job is saved although the claim in its statement is refused', async () => {
  const running = await aRunningJob(farm, { worker: plain });
  await aQueuedJob(farm, tagged);
  // The worker believes that its host offers the tag.
  const ended = await finish(running, FAILED, {
    next: { leaseMs: 30_000, tags: ['gpu'] },
    by: plain,
  });
  expect(ended).toMatchObject({ ok: true, next: null });
  const [row] = await farm.sql`select status from jobs where id = ${running.id}`;
  expect(row).toEqual({ status: 'FAILED' });
});

const MOMENTS = [
  null,
  ...[9, 10, 11].map((second) => new Date(Date.UTC(2026, 2, 1, 12, 0, second))),
];
const CASES = [0, 1, 2].flatMap((times) =>
  MOMENTS.flatMap((held) => MOMENTS.map((asked) => [times, held, asked] as const)),
);
it.each(CASES)('%i times back, check %s, asked check %s: as the domain says', async (...given) => {
  const [times, held, asked] = given;
  const lastAt = new Date(Date.UTC(2026, 2, 1, 12, 0, 10));
  const { job } = await aQueuedJob(farm);
  const { hostId } = anIdentity(plain.host);
  for (let number = 1; number <= times; number += 1) {
    const endedAt = new Date(lastAt.getTime() - (times - number) * 1000);
    await farm.sql`
      insert into attempts (id, job_id, number, host, host_id, worker_id, tree_marker, outcome,
        ended_at, confirmed_at)
      values (gen_random_uuid(), ${job.id}, ${number}, ${plain.host}, ${hostId},
        gen_random_uuid(), 'marker', 'hostFailed', ${endedAt}, ${endedAt})`;
  }
  await farm.sql`update jobs set attempts = ${times}, max_attempts = 9 where id = ${job.id}`;
  await farm.sql`update render_hosts set check_held_at = ${held}, asked_check_held_at = ${asked}
    where name = ${plain.host}`;
  const keptOff = isKeptOff({ times, lastAt, checkHeldAt: held, askedCheckHeldAt: asked });
  expect((await findJobView(farm.db, job.id))?.keptOff).toHaveLength(keptOff ? 1 : 0);
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, plain), { leaseMs: 30_000 }));
  expect(claim.result.ok).toBe(!keptOff);
  await claim.rollBack();
  expect(await claimAsOlder(shared, plain.host)).toBe(keptOff ? null : job.id);
});
