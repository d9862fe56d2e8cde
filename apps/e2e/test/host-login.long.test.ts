/*
 * A farm in which each worker has its own database login: the workers render, cancel, lose a lease
 * and restart as workers with a shared login do. The logins come from `ctl hosts add`. The tests
 * check the process table, and read the database as its owner and with each login.
 */
import { existsSync } from 'node:fs';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { beforeAll, expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';
import { addHostLogin } from './farm/host-logins.ts';
import { jobWithSecrets, startFileServer } from './job-with-secrets.ts';

const farm = farmOfFile();
const urls = new Map<string, string>();
beforeAll(async () => {
  for (const host of ['a', 'b']) urls.set(host, await addHostLogin(farm.database, host));
});

const start = (host: string, of = host): Promise<WorkerUnderTest> =>
  farm.startWorker(host, { DATABASE_URL: urls.get(of) ?? '' });

/** Reads with the login of this host, on a separate connection. */
async function reads(host: string, query: string) {
  const sql = openSql(urls.get(host) ?? '', 1);
  try {
    return [...(await sql.unsafe(query))];
  } finally {
    await sql.end();
  }
}

/** Reads the attempts of a job as the owner of the database. */
const attemptsOf = async (id: string) => [
  ...(await farm.sql`
    select number, host, right(host_login, 9) <> host as own, outcome, output,
      confirmed_at is not null as proven
    from attempts where job_id = ${id} order by number`),
];

test('workers render and cancel, and read the secrets only of the job they hold', async () => {
  const fileServer = await startFileServer(farm.folders.assets);
  const a = await start('a');
  const secret = await jobWithSecrets(farm.folders, fileServer.url, 'secret', 'logo.png');
  const rendered = await farm.submit({ change: () => secret });
  await farm.until(rendered.id, 'COMPLETED');
  const slow = await farm.submit({
    project: SLOW,
    change: (job) => ({ ...job, s3: { secretAccessKey: 'planted-key' } }),
  });
  await farm.untilPhase(slow.id, 'rendering');
  const b = await start('b');
  const secrets = `select secrets::text from job_secrets`;
  expect(await reads('a', secrets)).toEqual([{ secrets: expect.stringContaining('planted-key') }]);
  expect(await reads('b', secrets)).toEqual([]);
  expect(await reads('b', 'select from attempts')).toEqual([]);
  const other = await farm.submit();
  await farm.until(other.id, 'COMPLETED');

  const { receipt } = await farm.cancel(slow.id);
  expect(receipt).toMatchObject({ outcome: 'cancelled', host: 'a', survivors: [] });
  expect(await farm.processes()).toEqual([]);
  expect(await reads('a', secrets)).toEqual([]);
  const done = { number: 1, own: true, proven: true };
  expect(await attemptsOf(rendered.id)).toMatchObject([
    { ...done, host: 'a', outcome: 'completed' },
  ]);
  expect(await attemptsOf(other.id)).toMatchObject([{ ...done, host: 'b', output: 'published' }]);
  expect(await attemptsOf(slow.id)).toMatchObject([{ ...done, host: 'a', outcome: 'stopped' }]);
  for (const worker of [a, b]) expect(await worker.end()).toEqual({ code: 0, signal: null });
  await fileServer.close();
});

test('a frozen host loses its lease: the API recovers the job, another publishes', async () => {
  const a = await start('a');
  const job = await farm.submit({ held: true });
  const { id: first } = await farm.untilPhase(job.id, 'rendering');
  const tree = (await farm.processes(first)).map(({ pid }) => pid);
  const frozen = [a.pid, ...tree];
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  await job.release();
  await farm.endLease('a');
  await start('b');
  await farm.until(job.id, 'COMPLETED');
  expect(await attemptsOf(job.id)).toMatchObject([
    { host: 'a', own: true, outcome: 'lost', output: 'none', proven: false },
    { host: 'b', own: true, outcome: 'completed', output: 'published', proven: true },
  ]);
  expect(existsSync(job.output)).toBe(true);

  for (const pid of frozen) process.kill(pid, 'SIGCONT');
  await farm.untilJob(job.id, 'proven', ({ view }) => view.openAttempts.length === 0);
  expect((await attemptsOf(job.id))[0]).toMatchObject({
    outcome: 'lost',
    output: 'none',
    proven: true,
  });
  expect((await farm.show(job.id)).job).toMatchObject({ status: 'COMPLETED', warnings: [] });
  expect(await farm.processes()).toEqual([]);
});

test('a killed worker restarts, ends what it left running, and renders the job', async () => {
  const a = await start('a');
  const job = await farm.submit({ held: true });
  await farm.untilPhase(job.id, 'rendering');
  await a.kill();
  await job.release();
  await start('a');
  await farm.until(job.id, 'COMPLETED');
  expect(await attemptsOf(job.id)).toMatchObject([
    { number: 1, outcome: 'lost', proven: true },
    { number: 2, outcome: 'completed', proven: true },
  ]);
});

test('a worker with the login of another host does not start, and says what to do', async () => {
  await expect(start('a', 'b')).rejects.toThrow(
    /code 1 .*The database login test_b_\w+ may not use the host name a[.] Its names are b[.]/s,
  );
});

test('a host that gets its own login proves attempts of the shared login', async () => {
  const shared = await farm.startWorker('c');
  const job = await farm.submit({ project: SLOW });
  const { id: first } = await farm.untilPhase(job.id, 'rendering');
  await shared.kill();
  urls.set('c', await addHostLogin(farm.database, 'c'));
  await start('c');
  await farm.untilJob(job.id, 'rendered again', ({ attempts }) => attempts.length === 2);
  expect(await farm.processes(first)).toEqual([]);
  expect((await attemptsOf(job.id))[0]).toMatchObject({ host: 'c', outcome: 'lost', proven: true });
  await farm.cancel(job.id);
});
