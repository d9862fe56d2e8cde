/* What a host says of itself, and that it acts on it: no job where the disk is full or nothing can render, and strangers with its mark are told of, never touched. */

import { spawn } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAttempt } from '@renderdeck/operations';
import {
  HostHealth,
  RunningAttempt,
  RunningAttempts,
  workerConfig,
} from '@renderdeck/worker/testing';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type FarmUnderTest, startFarmUnderTest } from './farm/start-farm.ts';

/** Of this run alone: a mark is looked for on the whole machine. */
const HOST = `host-${process.pid}`;
let farm: FarmUnderTest;

beforeAll(async () => {
  // It is heard every second.
  farm = await startFarmUnderTest({ RENDERDECK_LEASE_MS: '3000' });
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(() => farm.close());

/** Two later words of the host: whatever it would do, it had the time for. */
async function untilHeardTwice(name = 'one'): Promise<void> {
  for (const word of ['once', 'twice']) {
    const { lastHeardAt } = await farm.untilHost(name, 'there', () => true);
    await farm.untilHost(name, `heard ${word} more`, (host) => host.lastHeardAt > lastHeardAt);
  }
}

async function expectLeftWaiting(id: string): Promise<void> {
  await untilHeardTwice();
  expect((await farm.readJob(id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
}

test('below the free-space floor the host takes no job and says why; with room again it takes it', async () => {
  const full = await farm.startWorker('one', { RENDERDECK_MIN_FREE_MB: '1000000000' });
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  const host = await farm.untilHost('one', 'with a problem', ({ trouble }) => trouble !== null);
  expect(host.trouble).toMatch(
    new RegExp(
      `^Only \\d+ MB are free on the disk of ${farm.scratchOf('one')}, less than RENDERDECK_MIN_FREE_MB=1000000000; no job is taken[.]$`,
    ),
  );
  expect(host.freeBytes).toBeGreaterThan(0);
  expect(await full.end()).toEqual({ code: 0, signal: null });

  const roomy = await farm.startWorker('one', { RENDERDECK_MIN_FREE_MB: '1' });
  await farm.until(job.id, 'COMPLETED');
  await farm.untilHost(
    'one',
    'without a problem',
    ({ trouble, freeBytes }) => trouble === null && freeBytes !== null,
  );
  expect(await roomy.end()).toEqual({ code: 0, signal: null });
});

test('where its scratch root is gone and cannot be made again, the host takes no job and says why, until it can', async () => {
  const worker = await farm.startWorker();
  // Its first look for jobs is over: a claim that is under way would see the root as it was.
  await untilHeardTwice();
  const root = farm.scratchOf('one');
  await rename(root, `${root}-away`);
  await writeFile(root, 'a file in its place');
  const jobs = [await farm.submit(), await farm.submit()];
  for (const { id } of jobs) await expectLeftWaiting(id);
  const { trouble } = await farm.untilHost(
    'one',
    'with a problem',
    (host) => host.trouble !== null,
  );
  expect(trouble).toMatch(
    /^The scratch root .* (?:is not a folder|cannot be made).* Set RENDERDECK_SCRATCH_ROOT .*; no job is taken\.$/,
  );

  await rm(root);
  await rename(`${root}-away`, root);
  for (const { id } of jobs) await farm.until(id, 'COMPLETED');
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});

test('a host whose aerender goes away takes no job until it is back', async () => {
  const worker = await farm.startWorker();
  await untilHeardTwice();
  const { RENDERDECK_AERENDER: aerender = '' } = farm.settingsOf('one');
  await rename(aerender, `${aerender}-away`);
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  await farm.untilHost(
    'one',
    'with a problem',
    ({ trouble }) => trouble?.startsWith(`There is no aerender at ${aerender}.`) === true,
  );
  await rename(`${aerender}-away`, aerender);
  await farm.until(job.id, 'COMPLETED');
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});

test('without a renderer the host says so and takes no job', async () => {
  const missing = join(farm.folders.assets, 'no-aerender');
  const worker = await farm.startWorker('one', { RENDERDECK_AERENDER: missing });
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  expect(
    await farm.untilHost('one', 'with a problem', ({ trouble }) => trouble !== null),
  ).toMatchObject({
    renderer: 'none',
    trouble: `There is no aerender at ${missing}. Set RENDERDECK_AERENDER to the path of After Effects' aerender.`,
  });
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  await farm.cancel(job.id);
});

/** A process with the host's mark, as one that a lost attempt left. */
function startUnrelatedProcess() {
  const marks = { RENDERDECK_OWNER: `renderdeck:${HOST}`, RENDERDECK_ATTEMPT_COOKIE: 'of-nobody' };
  const stranger = spawn('sleep', ['600'], { env: { ...process.env, ...marks }, stdio: 'ignore' });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  return {
    pid: stranger.pid,
    lives: () => stranger.exitCode === null && stranger.signalCode === null,
  };
}

test("a process with the host's mark that no attempt claims is told of by its pid, counted on the host, and left alive", async () => {
  const stranger = startUnrelatedProcess();
  const worker = await farm.startWorker(HOST);
  await farm.untilHost(
    HOST,
    'aware of the stranger',
    ({ unclaimedProcesses }) => unclaimedProcesses === 1,
  );
  expect(worker.said()).toContain(`"pid":${stranger.pid},`);
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  expect(stranger.lives()).toBe(true);
});

test('the processes of a running attempt are not among them', async () => {
  const stranger = startUnrelatedProcess();
  const worker = await farm.startWorker(HOST);
  const job = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  expect((await farm.processes(attempt.id)).length).toBeGreaterThanOrEqual(3);

  const read = workerConfig(farm.settingsOf(HOST));
  if (!read.ok) throw new Error(read.sentences.join(' '));
  const context = { db: farm.db, host: HOST, workerId: attempt.workerId };
  const health = new HostHealth(null);
  const look = {
    config: read.config,
    context,
    log: pino({ level: 'silent' }),
    attempts: new RunningAttempts(),
  };
  await health.findUnclaimedProcesses(look);
  expect(health.toState()).toMatchObject({ unclaimedProcesses: 1 });

  // One that is claimed while the database is asked is not among its tree markers.
  const { treeMarker } = (await findAttempt(farm.db, attempt.id)) ?? { treeMarker: '' };
  const elsewhere = { ...look, context: { ...context, host: 'no attempts' } };
  const owned = {
    jobId: job.id,
    name: job.name,
    attempt: 1,
    nexrenderJob: {},
    limits: {},
    attemptId: attempt.id,
    treeMarker,
  };
  look.attempts.add(new RunningAttempt(owned));
  await health.findUnclaimedProcesses(elsewhere);
  expect(health.toState()).toMatchObject({ unclaimedProcesses: 1 });
  expect(stranger.lives()).toBe(true);
  expect((await farm.cancel(job.id)).receipt.outcome).toBe('cancelled');
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});
