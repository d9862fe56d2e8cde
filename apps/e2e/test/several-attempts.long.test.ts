/*
 * A receipt covers all attempts of its job. A test freezes a host and all processes of its render
 * until the lease has run out. The host is then silent, but its process tree still exists. The
 * tests read the process table and the database (as its owner) without Renderdeck's code.
 */
import { readFileSync } from 'node:fs';
import type { Submitted, WorkerUnderTest } from '@renderdeck/standalone/testing';
import { afterEach, expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile();

const frozen: number[] = [];
const thaw = () => {
  for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
};
afterEach(thaw);

/** Freezes a daemon and all processes of the attempt that it runs. */
async function freeze(worker: WorkerUnderTest, attemptId: string): Promise<number[]> {
  process.kill(worker.pid, 'SIGSTOP');
  const tree = (await farm.processes(attemptId)).map(({ pid }) => pid);
  for (const pid of tree) process.kill(pid, 'SIGSTOP');
  frozen.push(worker.pid, ...tree);
  expect(tree.length).toBeGreaterThan(1);
  return tree;
}

/** Returns the state of a process as the kernel shows it. T means stopped. */
const stateOf = (pid: number) =>
  /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
const expectFrozen = (tree: readonly number[]) =>
  expect(tree.map(stateOf)).toEqual(tree.map(() => 'T'));

/** Starts attempt 1 on a host that is then frozen, and attempt 2 on another host. */
async function twoAttempts(first: string, second: string) {
  const one = await farm.startWorker(first);
  const job = await farm.submit({ project: SLOW });
  const { id: firstAttempt } = await farm.untilPhase(job.id, 'rendering');
  const tree = await freeze(one, firstAttempt);
  await farm.endLease(first);
  expect((await farm.show(job.id)).job).toMatchObject({
    host: null,
    receipt: null,
    openAttempts: [{ number: 1, host: first, lastHeardAt: expect.any(String) }],
  });
  const two = await farm.startWorker(second);
  await farm.untilJob(
    job.id,
    'rendering again',
    ({ attempts }) => attempts[0]?.number === 2 && attempts[0].phase === 'rendering',
  );
  const { attempts } = await farm.readJob(job.id);
  return { job, two, tree, secondAttempt: attempts[0]?.id ?? '' };
}

async function expectOpen(job: Submitted, open: readonly (readonly [number, string])[]) {
  const { status, message, receipt } = await farm.cancel(job.id, '?waitMs=0');
  expect(status).toBe(202);
  expect(message).not.toMatch(/successfully/);
  expect(receipt).toMatchObject({ outcome: 'unconfirmed', proof: null, confirmedAt: null });
  expect(receipt.openAttempts.map(({ number, host }) => [number, host])).toEqual(open);
  const rows = await farm.sql`
    select number, host from attempts
    where job_id = ${job.id} and confirmed_at is null and declared_at is null order by number`;
  expect(rows.map(({ number, host }) => [number, host])).toEqual(open);
  const metrics = await (await fetch(`${farm.url}/metrics`)).text();
  expect(metrics).toContain(`renderdeck_open_attempts ${open.length}\n`);
  expect(metrics).toContain('renderdeck_cancels{outcome="unconfirmed"} 1\n');
}

async function untilCancelled(job: Submitted) {
  await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
  const { status, receipt } = await farm.cancel(job.id);
  expect(status).toBe(200);
  expect(receipt).toMatchObject({ openAttempts: [], declared: [], survivors: [] });
  expect(receipt.proof).not.toBeNull();
  expect(receipt.confirmedAt).not.toBeNull();
}

test('the proof of attempt 2 is no proof of attempt 1, whose frozen tree remains', async () => {
  const { job, tree, secondAttempt } = await twoAttempts('a1', 'b1');
  await farm.cancel(job.id, '?waitMs=0');
  await farm.until(job.id, 'CANCELLED');
  expect(await farm.processes(secondAttempt)).toEqual([]);
  expectFrozen(tree);
  await expectOpen(job, [[1, 'a1']]);

  thaw();
  await untilCancelled(job);
  expect(await farm.processes()).toEqual([]);
});

test('attempts of silent hosts stay open; declared never becomes `cancelled`', async () => {
  const { job, two, tree, secondAttempt } = await twoAttempts('a2', 'b2');
  const firstFrozen = frozen.splice(0);
  await freeze(two, secondAttempt);
  await farm.cancel(job.id, '?waitMs=0');
  await farm.endLease('b2');
  await farm.until(job.id, 'CANCELLED');
  await expectOpen(job, [
    [1, 'a2'],
    [2, 'b2'],
  ]);

  thaw();
  frozen.push(...firstFrozen);
  await farm.untilJob(
    job.id,
    'confirmed by b2',
    ({ view }) => view.receipt?.openAttempts.length === 1,
  );
  expect(await farm.processes(secondAttempt)).toEqual([]);
  expectFrozen(tree);
  await expectOpen(job, [[1, 'a2']]);

  const gone = { confirmName: 'a2', reason: 'Sold.' };
  await farm.untilHost('b2', 'heard again', ({ state }) => state !== 'silent');
  expect((await farm.send('POST', '/hosts/b2/gone', { ...gone, confirmName: 'b2' })).status).toBe(
    409,
  );
  expect(await farm.send('POST', '/hosts/a2/gone', gone)).toMatchObject({
    status: 200,
    body: { declared: [{ jobId: job.id, number: 1 }], host: { gone: { by: 'ada' } } },
  });
  expectFrozen(tree);
  expect(await farm.cancel(job.id)).toMatchObject({
    status: 202,
    receipt: {
      outcome: 'declared',
      proof: null,
      openAttempts: [],
      declared: [{ number: 1, host: 'a2', by: 'ada', reason: 'Sold.' }],
    },
  });

  thaw();
  await untilCancelled(job);
  await farm.untilHost('a2', 'heard again', ({ gone: declared }) => declared === null);
  expect(await farm.processes()).toEqual([]);
});
