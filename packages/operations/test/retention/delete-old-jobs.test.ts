/*
 * Retention: deleted jobs are gone from every table, jobs for which a host may still report
 * something stay, and no other program waits.
 */
import { waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  deleteOldJobs,
  deleteOldLogs,
  measureNewAttempts,
  pruneMessages,
} from '../../src/extras.ts';
import { claimJob, findJobView, readJobChanges, sealAudit, verifyAudit } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  aFailedJob,
  aFarm,
  anOpenAttempt,
  aQueuedJob,
  cancel,
  recordLog,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile('render-02');
const context = { db: farm.db };
const DAY = 86_400_000;
const keeping = { olderThanMs: 90 * DAY, rest: async () => true };

/** Every row of any table that belongs to a job, except audit lines. */
async function rowsOf(id: string, attemptId: string): Promise<string[]> {
  const columns = await farm.sql<{ tableName: string; columnName: string }[]>`
    select c.table_name as "tableName", c.column_name as "columnName"
    from information_schema.columns c join information_schema.tables t using (table_name)
    where c.table_schema = 'public' and t.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and (c.column_name in ('job_id', 'attempt_id') or (c.table_name, c.column_name) in
        (('jobs', 'id'), ('attempts', 'id'))) and c.table_name <> 'audit_log'`;
  const found: string[] = [];
  for (const { tableName, columnName } of columns) {
    const rows = await farm.sql`
      select from ${farm.sql(tableName)} where ${farm.sql(columnName)} in (${id}, ${attemptId})`;
    if (rows.length > 0) found.push(tableName);
  }
  return [...new Set(found)].sort();
}

async function aCancelledJob(): Promise<string> {
  const { job } = await aQueuedJob(farm);
  await cancel(farm, job.id);
  return job.id;
}

/** Moves everything that happened to these jobs 100 days back. */
async function age(...ids: string[]): Promise<void> {
  const ago = farm.sql`interval '100 days'`;
  await farm.sql`update jobs set ended_at = ended_at - ${ago} where id = any (${ids}::uuid[])`;
  await farm.sql`
    update attempts set ended_at = ended_at - ${ago}, confirmed_at = confirmed_at - ${ago}
    where job_id = any (${ids}::uuid[])`;
  await farm.sql`update job_changes set at = at - ${ago} where job_id = any (${ids}::uuid[])`;
  await measureNewAttempts(context, { mayGoOn: () => true });
}

/** The current place of the stream, at a moment without an open transaction. */
async function readQuietPlace() {
  return await waitFor(
    async () => {
      const { cursor } = await readJobChanges(context, { cursor: null });
      return cursor.endsWith(':') && cursor;
    },
    { what: 'a moment without a transaction' },
  );
}

it('an old job is gone from every table, and its audit lines stay complete', async () => {
  const { cursor } = await readJobChanges(context, { cursor: null });
  const { id, attemptId } = await aCompletedJob(farm, { worker });
  const kept = await aFailedJob(farm, { worker });
  const chunk = { stream: 'nexrender', lines: ['a line'] } as const;
  await recordLog(worker, { attemptId, chunks: [1, 2].map((seq) => ({ seq, ...chunk })) });
  await farm.sql`
    insert into job_pictures (attempt_id, slot, number, why) values (${attemptId}, 0, 0, 'off')`;
  await farm.sql`
    insert into job_outputs (attempt_id, number, path, published_at, kind, bytes, files)
    values (${attemptId}, 1, '/out/a.mov', now(), 'file', 1, 1)`;
  await farm.sql`
    insert into submissions (principal, key, fingerprint, job_id) values ('user', 'k', 'f', ${id})`;
  await farm.sql`
    insert into job_secrets (job_id, secrets) values (${id}, '[]') on conflict do nothing`;
  expect(await rowsOf(id, attemptId)).toEqual(
    expect.arrayContaining([
      'attempt_log',
      'attempts',
      'job_outputs',
      'job_pictures',
      'job_changes',
      'job_definitions',
      'job_secrets',
      'jobs',
      'submissions',
    ]),
  );
  await deleteOldJobs(context, keeping);
  expect(await findJobView(farm.db, id)).not.toBeNull();
  await age(id);
  const fresh = await readQuietPlace();
  const [lines] = await farm.sql`select count(*)::int from audit_log`;
  await deleteOldJobs(context, keeping);
  expect(await rowsOf(id, attemptId)).toEqual([]);
  expect(await findJobView(farm.db, kept.id)).not.toBeNull();
  expect(await farm.sql`select count(*)::int from audit_log`).toEqual([lines]);
  await sealAudit(context, { mayGoOn: () => true });
  expect(await verifyAudit(context, { anchor: null })).toMatchObject({ broken: null });
  expect(await readJobChanges(context, { cursor })).toMatchObject({ gap: true });
  expect(await readJobChanges(context, { cursor: fresh })).toMatchObject({ gap: false });
});

it('messages of webhooks about a deleted job stay for their own time', async () => {
  await farm.sql`insert into webhooks (id, name, address, events, shape, created_by)
    values (gen_random_uuid(), 'desk', 'https://desk.example/', '["ended"]', 'slack', 'ada')`;
  const { id, attemptId } = await aCompletedJob(farm, { worker });
  await age(id);
  await deleteOldJobs(context, keeping);
  await pruneMessages(context, { olderThanMs: 30 * DAY });
  expect(await rowsOf(id, attemptId)).toEqual(['webhook_deliveries']);
  await farm.sql`update webhook_deliveries
    set state = 'delivered', at = at - interval '31 days' where job_id = ${id}`;
  await pruneMessages(context, { olderThanMs: 30 * DAY });
  expect(await rowsOf(id, attemptId)).toEqual([]);
  await farm.sql`delete from webhooks`;
});

it('a callback is deleted with its job, and so are its messages', async () => {
  const callback = { url: 'https://pipeline.example/' };
  const { id, attemptId } = await aCompletedJob(farm, { worker, callback });
  expect(await rowsOf(id, attemptId)).toEqual(
    expect.arrayContaining(['job_callbacks', 'webhook_deliveries']),
  );
  await age(id);
  await deleteOldJobs(context, keeping);
  expect(await rowsOf(id, attemptId)).toEqual([]);
});

it('a job stays while something of it may run, or has to be cleaned or measured', async () => {
  const [leftovers, parts, unmeasured, changed, unproven, awaited] = [
    await aCompletedJob(farm, { worker }),
    await aCompletedJob(farm, { worker }),
    await aFailedJob(farm, { worker }),
    await aFailedJob(farm, { worker }),
    await aFailedJob(farm, { worker }),
    await aFailedJob(farm, { worker }),
  ];
  const open = await anOpenAttempt(farm, 'render-03');
  const stopping = await aCancellingJob(farm, { worker });
  const jobs = { leftovers, parts, unmeasured, changed, unproven, awaited, open, stopping };
  const ids = Object.values(jobs).map(({ id }) => id);
  await age(...ids);
  const left = farm.sql.json([{ path: '/scratch', error: 'EBUSY' }]);
  await farm.sql`
    update attempts set removal_report = jsonb_set(removal_report, '{leftovers}', ${left})
    where id = ${leftovers.attemptId}`;
  await farm.sql`update attempts set parts = '["/out/.part"]' where id = ${parts.attemptId}`;
  await farm.sql`update attempts set measured = 0 where id = ${unmeasured.attemptId}`;
  await farm.sql`update job_changes set at = now() where job_id = ${changed.id}`;
  await farm.sql`update attempts set confirmed_at = null where id = ${unproven.attemptId}`;
  const host = farm.sql.json([{ host: 'b', hostId: null, reportedAt: null, declaration: null }]);
  await farm.sql`update jobs set awaited_hosts = ${host} where id = ${awaited.id}`;
  await deleteOldJobs(context, keeping);
  const stored = await farm.sql<{ id: string }[]>`
    select id from jobs where id = any (${ids}::uuid[])`;
  expect(stored.map(({ id }) => id).sort()).toEqual([...ids].sort());
  // The rows must be consistent after the test.
  await farm.sql`update attempts set confirmed_at = ended_at where id = ${unproven.attemptId}`;
  await farm.sql`update jobs set awaited_hosts = '[]' where id = ${awaited.id}`;
  await farm.sql`update attempts set measured = 64 where id = ${unmeasured.attemptId}`;
});

it('logs are deleted before their jobs, and their attempts show when', async () => {
  const { id, attemptId } = await aCompletedJob(farm, { worker });
  const silent = await aCompletedJob(farm, { worker });
  await recordLog(worker, { attemptId, chunks: [{ seq: 1, stream: 'nexrender', lines: ['a'] }] });
  const gone = () => farm.sql`
    select log_deleted_at is not null as gone from attempts
    where id in (${attemptId}, ${silent.attemptId}) order by log_deleted_at nulls last`;
  await deleteOldLogs(context, { ...keeping, olderThanMs: 30 * DAY });
  expect(await gone()).toEqual([{ gone: false }, { gone: false }]);
  await farm.sql`
    update attempts set ended_at = ended_at - interval '31 days'
    where job_id in (${id}, ${silent.id})`;
  await deleteOldLogs(context, { ...keeping, olderThanMs: 30 * DAY });
  expect(await gone()).toEqual([{ gone: true }, { gone: false }]);
  expect(await rowsOf(id, attemptId)).not.toContain('attempt_log');
});

it('two processes delete each job once, and no claim waits for them', async () => {
  const ids: string[] = [];
  while (ids.length < 55) ids.push(await aCancelledJob());
  await age(...ids);
  const rests: number[] = [];
  const rest = async (tookMs: number) => rests.push(tookMs) > 0;
  const { job } = await aQueuedJob(farm, { priority: 99 });
  const { commit } = await holdOpen(farm.db, (tx) =>
    tx.execute(`select delete_old_jobs(interval '90 days', 5)`),
  );
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({ job: { jobId: job.id } });
  await deleteOldJobs(context, { ...keeping, rest });
  expect(rests).toEqual([]);
  await commit();
  await Promise.all([1, 2].map(() => deleteOldJobs(context, { ...keeping, rest })));
  expect(rests.length).toBe(2);
  const left = await farm.sql`select from jobs where id = any (${ids}::uuid[])`;
  expect(left.length).toBe(0);
});

it('it stops after a batch if it may not go on', async () => {
  const ids: string[] = [];
  while (ids.length < 51) ids.push(await aCancelledJob());
  await age(...ids);
  await deleteOldJobs(context, { ...keeping, rest: async () => false });
  expect(await farm.sql`select from jobs where id = any (${ids}::uuid[])`).toHaveLength(1);
});
