import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { insertQueuedJob, insertRunningJob, openTestStore } from './open-test-store.ts';

const { sql } = openTestStore();
let queued = '';
let running = { id: '', attemptId: '' };
const NOW = 'clock_timestamp()';

beforeAll(async () => {
  queued = await insertQueuedJob(sql);
  running = await insertRunningJob(sql);
  await sql`insert into audit_log (actor_kind, actor, channel, action, outcome)
    values ('user', 'sam', 'trpc', 'submitJob', 'done')`;
});

it.each([
  ['a status that is unknown', "status = 'PAUSED'", 'jobs_status_known'],
  ['an output that is unknown', "output = 'perhaps'", 'jobs_output_known'],
  ['a priority above the range', 'priority = 101', 'jobs_priority_range'],
  ['a priority below the range', 'priority = -1', 'jobs_priority_range'],
  ['a queue number below the range', 'queue_seq = 0', 'jobs_queue_seq_range'],
  ['a queue number above the range', 'queue_seq = 281474976710656', 'jobs_queue_seq_range'],
  [
    'a stop request without its actor',
    `stop_requested_at = ${NOW}, stop_channel = 'trpc'`,
    'jobs_stop_whole',
  ],
  [
    'a stop request without its channel',
    `stop_requested_at = ${NOW}, stop_requested_by = 'ada'`,
    'jobs_stop_whole',
  ],
  ['a lease without an attempt', `lease_expires_at = ${NOW}`, 'jobs_lease_has_attempt'],
])('a job cannot have %s', async (_what, change, constraint) => {
  await expect(
    sql.unsafe(`update jobs set ${change} where id = '${queued}'`),
  ).rejects.toMatchObject({ constraint_name: constraint });
});

it('the queue key is computed and cannot be written', async () => {
  await expect(sql`update jobs set queue_key = 1 where id = ${queued}`).rejects.toMatchObject({
    code: '428C9',
  });
  const [row] = await sql`select queue_key from jobs where id = ${running.id}`;
  expect(row).toEqual({ queue_key: null });
});

it.each([
  ['an outcome that is unknown', "outcome = 'vanished'", 'attempts_outcome_known'],
  ['an output that is unknown', "output = 'perhaps'", 'attempts_output_known'],
])('an attempt cannot have %s', async (_what, change, constraint) => {
  await expect(sql.unsafe(`update attempts set ${change}`)).rejects.toMatchObject({
    constraint_name: constraint,
  });
});

it('an attempt number is unique in its job, and an attempt needs a job', async () => {
  const attempt = (jobId: string) =>
    sql`
      insert into attempts (id, job_id, number, host, worker_id, tree_marker)
      values (${randomUUID()}, ${jobId}, 1, 'render-01', ${randomUUID()}, 'c')`;
  await expect(attempt(running.id)).rejects.toMatchObject({ constraint_name: 'attempts_number' });
  await expect(attempt(randomUUID())).rejects.toMatchObject({ code: '23503' });
});

it('users and tokens have known roles and unique names; a secret is unique', async () => {
  const user = (name: string, role: string) =>
    sql`
      insert into users (id, name, password_hash, role)
      values (${randomUUID()}, ${name}, 'x', ${role})`;
  const token = (name: string, role: string, hash: string) =>
    sql`
      insert into api_tokens (id, name, role, secret_hash, created_by)
      values (${randomUUID()}, ${name}, ${role}, ${hash}, 'ada')`;
  await expect(user('sam', 'owner')).rejects.toMatchObject({ constraint_name: 'users_role_known' });
  await user('sam', 'viewer');
  await expect(user('SAM', 'viewer')).rejects.toMatchObject({ constraint_name: 'users_name' });
  await expect(token('a', 'owner', 'h1')).rejects.toMatchObject({
    constraint_name: 'api_tokens_role_known',
  });
  await token('a', 'viewer', 'h1');
  await expect(token('A', 'viewer', 'h2')).rejects.toMatchObject({
    constraint_name: 'api_tokens_name',
  });
  await expect(token('b', 'viewer', 'h1')).rejects.toMatchObject({
    constraint_name: 'api_tokens_secret',
  });
});

it.each([
  ['changed', "update audit_log set actor = 'nobody'"],
  ['deleted', 'delete from audit_log'],
  ['emptied', 'truncate audit_log'],
])('the audit log cannot be %s, not even by its owner', async (_what, statement) => {
  const before = await sql`select * from audit_log order by id`;
  expect(before.length).toBeGreaterThan(0);
  await expect(sql.unsafe(statement)).rejects.toThrow('audit_log is append-only');
  expect([...(await sql`select * from audit_log order by id`)]).toEqual([...before]);
});

it('an audit line has one of the three outcomes', async () => {
  const line = sql`
    insert into audit_log (actor_kind, actor, channel, action, outcome)
    values ('user', 'ada', 'trpc', 'login', 'maybe')`;
  await expect(line).rejects.toMatchObject({ constraint_name: 'audit_log_outcome_known' });
});
