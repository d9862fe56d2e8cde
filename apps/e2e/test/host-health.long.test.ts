/*
 * A host reports its problems and takes no job while it has one: too little disk space, no scratch
 * root, no renderer. It also reports processes that have its mark but belong to no attempt. It
 * never signals those.
 */
import { spawn } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAttempt, findJobView, listHostViews } from '@renderdeck/operations';
import { aWorker, NOTHING_OUT } from '@renderdeck/operations/testing';
import { canMount, exchangePaths } from '@renderdeck/render-host/testing';
import {
  HostHealth,
  RunningAttempt,
  RunningAttempts,
  workerConfig,
} from '@renderdeck/worker/testing';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { OWN_MOUNTS, startDeadShare } from './farm/dead-share.ts';
import { farmOfFile } from './farm/farm-of-file.ts';

/** This name is unique for each run, because the host searches the whole machine for its mark. */
const HOST = `host-${process.pid}`;
// With this lease a worker sends a heartbeat every second.
const farm = farmOfFile({ RENDERDECK_LEASE_MS: '3000' });

/** Waits for two more heartbeats. In that time the host could have claimed a job. */
async function untilTwoHeartbeats(name = 'one'): Promise<void> {
  for (const which of ['first', 'second']) {
    const { lastHeardAt } = await farm.untilHost(name, 'registered', () => true);
    const what = `at its ${which} heartbeat`;
    await farm.untilHost(name, what, (host) => host.lastHeardAt > lastHeardAt);
  }
}

async function expectLeftWaiting(id: string): Promise<void> {
  await untilTwoHeartbeats();
  expect((await farm.readJob(id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
}

test('a host with too little free space takes no job and says why', async () => {
  const full = await farm.startWorker('one', { RENDERDECK_MIN_FREE_MB: '1000000000' });
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  const host = await farm.untilHost('one', 'with a problem', ({ problem }) => problem !== null);
  expect(host.problem).toMatch(
    new RegExp(
      `^Only \\d+ MB are free on the disk of ${farm.scratchOf('one')}, ` +
        'less than RENDERDECK_MIN_FREE_MB=1000000000; no job is taken[.]$',
    ),
  );
  expect(host.freeBytes).toBeGreaterThan(0);
  const kindOf = async () => (await listHostViews(farm.db)).map(({ problemKind }) => problemKind);
  expect(await kindOf()).toEqual(['disk']);
  expect(await full.end()).toEqual({ code: 0, signal: null });

  await farm.startWorker('one', { RENDERDECK_MIN_FREE_MB: '1' });
  await farm.until(job.id, 'COMPLETED');
  await farm.untilHost(
    'one',
    'without a problem',
    ({ problem, freeBytes }) => problem === null && freeBytes !== null,
  );
  expect(await kindOf()).toEqual([null]);
});

test('a host that cannot make its scratch root takes no job and says why', async () => {
  await farm.startWorker();
  // Wait until the first poll is over. A claim that runs now would still see the old scratch root.
  await untilTwoHeartbeats();
  const root = farm.scratchOf('one');
  // The worker makes a missing root again at once, so the two are exchanged in one step.
  await writeFile(`${root}-away`, 'a file in its place');
  await exchangePaths(root, `${root}-away`);
  const jobs = [await farm.submit(), await farm.submit()];
  for (const { id } of jobs) await expectLeftWaiting(id);
  const { problem } = await farm.untilHost(
    'one',
    'with a problem',
    (host) => host.problem !== null,
  );
  expect(problem).toMatch(
    new RegExp(
      '^The scratch root .* (?:is not a folder|cannot be made)' +
        '.* Set RENDERDECK_SCRATCH_ROOT .*; no job is taken[.]$',
    ),
  );

  await exchangePaths(root, `${root}-away`);
  await rm(`${root}-away`);
  for (const { id } of jobs) await farm.until(id, 'COMPLETED');
});

test('a host takes no job while its aerender is missing', async () => {
  await farm.startWorker();
  await untilTwoHeartbeats();
  const { RENDERDECK_AERENDER: aerender = '' } = farm.settingsOf('one');
  await rename(aerender, `${aerender}-away`);
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  await farm.untilHost(
    'one',
    'with a problem',
    ({ problem }) =>
      problem ===
      `There is no aerender at ${aerender}. ` +
        "Set RENDERDECK_AERENDER to the path of After Effects' aerender.",
  );
  await rename(`${aerender}-away`, aerender);
  await farm.until(job.id, 'COMPLETED');
});

test.skipIf(!canMount())(
  'a host takes no job while a folder of its roots does not answer (needs mounts)',
  async () => {
    const share = join(farm.folders.assets, 'share');
    await mkdir(share);
    const roots = { RENDERDECK_OUTPUT_ROOTS: `${farm.folders.output}:${share}` };
    const worker = await farm.startWorker('one', roots, OWN_MOUNTS);
    await untilTwoHeartbeats();
    const dead = await startDeadShare(share, worker.pid);
    await farm.untilHost(
      'one',
      'with a problem',
      ({ problem }) =>
        problem ===
        `The folder ${share} of RENDERDECK_OUTPUT_ROOTS does not answer; no job is taken.`,
    );
    const job = await farm.submit();
    await expectLeftWaiting(job.id);
    dead.end(); // from now on, every request to the share fails
    await farm.until(job.id, 'COMPLETED');
  },
);

/** Starts a process that has the host's mark but no attempt, like a process of a lost attempt. */
function startUnrelatedProcess() {
  const marks = { RENDERDECK_OWNER: `renderdeck:${HOST}`, RENDERDECK_TREE_MARKER: 'of-nobody' };
  const unclaimed = spawn('sleep', ['600'], { env: { ...process.env, ...marks }, stdio: 'ignore' });
  onTestFinished(() => void unclaimed.kill('SIGKILL'));
  return {
    pid: unclaimed.pid,
    lives: () => unclaimed.exitCode === null && unclaimed.signalCode === null,
  };
}

test("a process with the host's mark but no attempt is logged, counted and not ended", async () => {
  const unclaimed = startUnrelatedProcess();
  const worker = await farm.startWorker(HOST);
  await farm.untilHost(
    HOST,
    'aware of the unclaimed process',
    ({ unclaimedProcesses }) => unclaimedProcesses === 1,
  );
  expect(worker.said()).toContain(`"pid":${unclaimed.pid},`);
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  expect(unclaimed.lives()).toBe(true);
});

test('the processes of a running attempt do not count as unclaimed', async () => {
  const unclaimed = startUnrelatedProcess();
  await farm.startWorker(HOST, { RENDERDECK_LEASE_MS: '300000' });
  const job = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  expect((await farm.processes(attempt.id)).length).toBeGreaterThanOrEqual(3);

  const read = workerConfig(farm.settingsOf(HOST));
  if (!read.ok) throw new Error(read.sentences.join(' '));
  const context = { ...aWorker(farm.db, HOST), workerId: attempt.workerId };
  const health = new HostHealth(null, { problem: null });
  const parts = {
    config: read.config,
    context,
    log: pino({ level: 'silent' }),
    attempts: new RunningAttempts(),
    checkTrees: { treeMarker: null },
  };
  await health.findUnclaimedProcesses(parts);
  expect(health.toState()).toMatchObject({ unclaimedProcesses: 1 });

  // The query misses the tree marker of an attempt that is claimed while the query runs.
  const { treeMarker } = (await findAttempt(farm.db, attempt.id)) ?? { treeMarker: '' };
  const found = await findJobView(farm.db, job.id);
  if (found === null) throw new Error('the job is gone');
  const elsewhere = { ...parts, context: aWorker(farm.db, 'no attempts') };
  const owned = {
    jobId: job.id,
    name: job.name,
    attempt: 1,
    nexrenderJob: {},
    limits: {},
    attemptId: attempt.id,
    treeMarker,
    held: { job: found.job, incarnation: '', out: NOTHING_OUT },
  } as const;
  parts.attempts.add(new RunningAttempt(owned));
  await health.findUnclaimedProcesses(elsewhere);
  expect(health.toState()).toMatchObject({ unclaimedProcesses: 1 });
  expect(unclaimed.lives()).toBe(true);
  expect((await farm.cancel(job.id)).receipt.outcome).toBe('cancelled');
});
