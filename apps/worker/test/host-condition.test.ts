/* What a host says of itself, and that it acts on it: no job where the disk is full or nothing can render, and strangers with its mark are told of, never touched. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/testing/farm-under-test';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

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
  expect((await farm.look(id)).view.job).toMatchObject({ status: 'QUEUED', attempts: 0 });
}

test('below the free-space floor the host takes no job and says why; with room again it takes it', async () => {
  const full = await farm.startWorker('one', { RENDERDECK_MIN_FREE_MB: '1000000000' });
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  const host = await farm.untilHost('one', 'in trouble', ({ trouble }) => trouble !== null);
  expect(host.trouble).toMatch(
    new RegExp(
      `^Only \\d+ MB are free on the disk of ${farm.scratchOf('one')}, less than RENDERDECK_MIN_FREE_MB=1000000000; no job is taken[.]$`,
    ),
  );
  expect(host.freeBytes).toBeGreaterThan(0);
  expect(await full.end()).toEqual({ code: 0, signal: null });

  const roomy = await farm.startWorker('one', { RENDERDECK_MIN_FREE_MB: '1' });
  await farm.until(job.id, 'COMPLETED');
  await farm.untilHost('one', 'out of trouble', ({ trouble, freeBytes }) => trouble === null && freeBytes !== null);
  expect(await roomy.end()).toEqual({ code: 0, signal: null });
});

test('without a renderer the host says so and takes no job', async () => {
  const missing = join(farm.folders.assets, 'no-aerender');
  const worker = await farm.startWorker('one', { RENDERDECK_AERENDER: missing });
  const job = await farm.submit();
  await expectLeftWaiting(job.id);
  expect(await farm.untilHost('one', 'in trouble', ({ trouble }) => trouble !== null)).toMatchObject({
    renderer: 'none',
    trouble: `There is no aerender at ${missing}. Set RENDERDECK_AERENDER to the path of After Effects' aerender.`,
  });
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  await farm.cancel(job.id);
});

test("a process with the host's mark that no attempt claims is counted on the host and left alive; a running attempt's own are not", async () => {
  const stranger = spawn('sleep', ['600'], { env: { RENDERDECK_OWNER: 'renderdeck:one', RENDERDECK_ATTEMPT_COOKIE: 'of-nobody' } });
  const ended = once(stranger, 'exit');
  const dead = await farm.startWorker();
  const job = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  const worker = await farm.startWorker('two', { RENDERDECK_AERENDER: '/nowhere' });
  expect(await worker.end()).toEqual({ code: 0, signal: null });

  expect(await farm.untilHost('one', 'aware of the stranger', (host) => host.unclaimedProcesses > 0)).toMatchObject({
    unclaimedProcesses: 1,
  });
  expect(dead.said()).toContain(`"pid":${stranger.pid}`);
  expect((await farm.cancel(job.id)).receipt.outcome).toBe('cancelled');
  expect(await dead.end()).toEqual({ code: 0, signal: null });
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();

  stranger.kill('SIGKILL');
  await ended;
  const next = await farm.startWorker();
  await farm.untilHost('one', 'rid of the stranger', (host) => host.unclaimedProcesses === 0);
  expect(await next.end()).toEqual({ code: 0, signal: null });
  await waitFor(() => stranger.killed, { what: 'the stranger to be ended by this test' });
});
