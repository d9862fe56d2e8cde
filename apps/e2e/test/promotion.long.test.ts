/*
 * An asynchronous standby is promoted although it lacks the last changes of the farm. The hosts
 * keep these changes in their journals and report them to the new primary. The tests read the new
 * primary on their own connection, the process table, and the bytes of the output.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { expect, test } from 'vitest';
import { type ReplicatedDatabase, startFarmWithStandby } from './farm/replicated-database.ts';

const LONG = { frames: 6000, frameMs: 20 } as const;

/** Reads the status of a job on the standby, without Renderdeck's code. */
async function onStandby({ servers }: ReplicatedDatabase, id: string): Promise<string | undefined> {
  const sql = openSql(servers.standby.url());
  const [row] = await sql`select status from jobs where id = ${id}`;
  await sql.end();
  return row?.status;
}

async function fingerprint(path: string) {
  const { ino, mtimeMs } = await stat(path);
  return {
    ino,
    mtimeMs,
    hash: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  };
}

test('a proven cancel that a promotion lost comes back, with a new receipt number', async () => {
  const { database, farm } = await startFarmWithStandby();
  await farm.startWorker();
  const job = await farm.submit({ project: LONG });
  const { id: attemptId } = await farm.untilPhase(job.id, 'rendering');
  await database.servers.catchUp();
  await database.servers.fallBehind();
  await farm.cancel(job.id, '', { reason: 'wrong version' });
  await farm.until(job.id, 'CANCELLED');
  const { receipt } = (await farm.show(job.id)).job;
  expect(receipt).toMatchObject({ outcome: 'cancelled', reason: 'wrong version' });
  expect(await farm.processes(attemptId)).toEqual([]);
  expect(await onStandby(database, job.id)).toBe('RENDERING');

  await database.failOver();
  const failedOverAt = Date.now();
  // The cancel first waits for the journal of each host, also of the host that restored it.
  await waitFor(async () => (await farm.show(job.id)).job.receipt?.outcome === 'cancelled', {
    withinMs: 60_000,
    what: 'the cancel to come back',
  });
  const shown = await farm.show(job.id);
  // The host's clock counts these times back from now. All other facts are unchanged.
  const { number, confirmedAt, deadAt, askToProofMs, awaitedHosts, ...facts } =
    shown.job.receipt ?? {};
  // No host knows the lost number. The new number is never one of the earlier numbers.
  expect(number).toBeGreaterThan(1_000_000);
  expect(receipt?.number).toBeLessThan(1_000_000);
  expect(awaitedHosts).toMatchObject([{ host: 'one', reportedAt: expect.any(String) }]);
  expect(receipt).toMatchObject(facts);
  // The proof is complete when the host had sent its journal.
  expect(confirmedAt).toBe(awaitedHosts?.[0]?.reportedAt);
  const [now = 0, then = 0] = [deadAt, receipt?.deadAt].map((at) => Date.parse(at ?? ''));
  expect(Math.abs(now - then)).toBeLessThan((failedOverAt - then) / 2);
  expect(askToProofMs).toBe(
    Date.parse(confirmedAt ?? '') - Date.parse(shown.job.receipt?.requestedAt ?? ''),
  );
  expect(shown.attempts.map(({ number }) => number)).toEqual([1]);
  expect(await farm.processes()).toEqual([]);
  expect(existsSync(job.output)).toBe(false);
});

test('an end that a promotion lost comes back, and the job is not rendered again', async () => {
  const { database, farm } = await startFarmWithStandby();
  await farm.startWorker();
  const job = await farm.submit({ project: { frames: 600, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  await database.servers.catchUp();
  await database.servers.fallBehind();
  await farm.until(job.id, 'COMPLETED', 120_000);
  const published = await fingerprint(job.output);
  expect(await onStandby(database, job.id)).toBe('RENDERING');

  await database.failOver();
  await waitFor(async () => (await farm.show(job.id)).job.status === 'COMPLETED', {
    withinMs: 60_000,
    what: 'the end to come back',
  });
  const shown = await farm.show(job.id);
  expect(shown.attempts.map(({ number, output }) => [number, output])).toEqual([[1, 'published']]);
  expect(await fingerprint(job.output)).toEqual(published);
  expect(await farm.processes()).toEqual([]);
});

test('a host whose claim and end a promotion lost does not render the job again', async () => {
  const { database, farm } = await startFarmWithStandby();
  const job = await farm.submit({ project: { frames: 50, frameMs: 20 } });
  await database.servers.catchUp();
  await database.servers.fallBehind();
  const worker = await farm.startWorker();
  await farm.until(job.id, 'COMPLETED', 120_000);
  const published = await fingerprint(job.output);
  expect(await onStandby(database, job.id)).toBe('QUEUED');

  await database.failOver();
  await waitFor(async () => (await farm.show(job.id)).job.status === 'COMPLETED', {
    withinMs: 120_000,
    what: 'the end to come back',
  });
  await waitFor(() => worker.said().includes('did not know this worker, registered again'));
  expect(await fingerprint(job.output)).toEqual(published);
  // The host's report first ends the job, and then confirms the attempt.
  const { attempts } = await farm.untilJob(job.id, 'confirmed', (detail) =>
    detail.attempts.every(({ confirmedAt }) => confirmedAt !== null),
  );
  expect(attempts).toMatchObject([{ number: 1, output: 'published' }]);
  expect((await farm.show(job.id)).job.warnings).toEqual([]);
});

test('a render goes on during a failover and costs no attempt', async () => {
  const { database, farm } = await startFarmWithStandby();
  await farm.startWorker();
  const job = await farm.submit({ project: { frames: 500, frameMs: 20 } });
  const { id: attemptId } = await farm.untilPhase(job.id, 'rendering');
  await database.servers.catchUp();
  const before = await farm.processes(attemptId);
  await database.failOver();
  await farm.until(job.id, 'COMPLETED', 120_000);
  const { attempts, job: shown } = await farm.show(job.id);
  expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([[1, 'completed']]);
  expect(before).not.toEqual([]);
  expect(shown.warnings).toEqual([]);
});

test('a render whose claim a promotion lost is ended, and the job is published once', async () => {
  const { database, farm } = await startFarmWithStandby();
  const job = await farm.submit({ project: { frames: 1000, frameMs: 20 } });
  await database.servers.catchUp();
  await database.servers.fallBehind();
  await farm.startWorker();
  const { id: lost } = await farm.untilPhase(job.id, 'rendering');
  expect(await farm.processes(lost)).not.toEqual([]);
  await database.failOver();
  await farm.untilNoProcess(lost);
  await farm.until(job.id, 'COMPLETED', 120_000);
  const { attempts } = await farm.untilJob(job.id, 'confirmed', (found) =>
    found.attempts.every(({ confirmedAt }) => confirmedAt !== null),
  );
  expect(attempts.filter(({ output }) => output !== 'none')).toMatchObject([
    { outcome: 'completed', output: 'published' },
  ]);
  expect(attempts.find(({ id }) => id === lost)).toMatchObject({ output: 'none' });
});

test('a cancel of a render whose claim a promotion lost waits for its host', async () => {
  const { database, farm } = await startFarmWithStandby();
  const worker = await farm.startWorker();
  worker.signal('SIGSTOP');
  const job = await farm.submit({ project: LONG });
  await database.servers.catchUp();
  await database.servers.fallBehind();
  worker.signal('SIGCONT');
  const { id: lost } = await farm.untilPhase(job.id, 'rendering');
  worker.signal('SIGSTOP');
  await database.failOver();
  await waitFor(
    async () => {
      const { status } = (await farm.show(job.id).catch(() => null))?.job ?? {};
      return status === 'QUEUED';
    },
    { withinMs: 60_000, what: 'the API to answer from the new primary' },
  );
  const answer = await farm.cancel(job.id);
  expect(await farm.processes(lost)).not.toEqual([]);
  expect(answer.status).toBe(202);
  expect(answer.receipt).toMatchObject({
    outcome: 'unconfirmed',
    proof: null,
    openAttempts: [],
    awaitedHosts: [{ host: worker.name, reportedAt: null }],
  });
  worker.signal('SIGCONT');
  await waitFor(async () => (await farm.show(job.id)).job.receipt?.outcome === 'cancelled', {
    withinMs: 90_000,
    what: 'the proof of the cancel',
  });
  expect(await farm.processes()).toEqual([]);
  const { attempts } = await farm.show(job.id);
  expect(attempts).toMatchObject([{ id: lost, outcome: 'lost' }]);
  expect(existsSync(job.output)).toBe(false);
});
