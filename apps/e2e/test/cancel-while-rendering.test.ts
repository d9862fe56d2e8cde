/*
 * The main guarantee, end to end: an admin cancels a job while it renders. When the answer says
 * `cancelled`, no process and no file of the job is left. The tests read processes from /proc and
 * files from the disk. They run in each way in which workers reach the database.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectDelivered, expectInTime, farmInWay, findWays } from './farm/ways-to-database.ts';
import { holdWrite } from './hold-write.ts';

const SLOW = { frames: 2000, frameMs: 20 } as const;
const GRACE_MS = 3000;

describe.each(await findWays())('$name', ({ way }) => {
  const farm = farmInWay(way, { RENDERDECK_STOP_GRACE_MS: String(GRACE_MS) });
  beforeAll(async () => {
    await farm.startWorker('one');
  });

  /** Submits a job and resolves when its whole process tree runs. */
  async function startRender(project: object = {}) {
    const job = await farm.submit({ project: { ...SLOW, ...project } });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    const tree = await farm.processes(attempt.id);
    return { ...job, attempt, tree };
  }

  test('a cancelled job has no process, no scratch folder and no published output', async () => {
    const job = await startRender();
    expect(job.tree.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['nexrender', 'aerender', 'AfterFX']),
    );
    const next = await farm.submit({ priority: 40 });

    const { status, message, receipt } = await farm.cancel(job.id, '', {
      reason: 'wrong template',
    });
    expectInTime(receipt, GRACE_MS);
    expect(await farm.processes(job.attempt.id)).toEqual([]);
    expect(existsSync(job.attempt.scratchPath ?? '')).toBe(false);
    expect(await readdir(farm.folders.output)).toEqual([]);

    expect({ status, message }).toEqual({ status: 200, message: 'Job cancelled successfully' });
    expect(receipt).toMatchObject({
      outcome: 'cancelled',
      output: 'none',
      requestedBy: 'ada',
      channel: 'rest',
      reason: 'wrong template',
      host: 'one',
    });
    expect(receipt.proof).toMatch(/^(kernel|forkFree|repeated)$/);
    expect(receipt.survivors).toEqual([]);
    // Nothing here receives traces.
    expect(receipt).not.toHaveProperty('traceId');
    expect(receipt.files.removed).toBeGreaterThan(3);
    expect(receipt.files.leftovers).toEqual([]);
    const ended = new Map(receipt.processes.map((process) => [process.name, process]));
    for (const name of ['nexrender', 'aerender', 'AfterFX'])
      expect(ended.get(name)).toMatchObject({
        endedBy: expect.stringMatching(/^(SIGTERM|SIGKILL|itself)$/),
      });
    const pids = receipt.processes.map(({ pid }) => pid);
    expect(job.tree.filter(({ pid }) => !pids.includes(pid))).toEqual([]);
    expect(receipt.timeToDeadMs).toBeGreaterThan(0);
    expect(Date.parse(receipt.confirmedAt ?? '')).toBeGreaterThan(Date.parse(receipt.requestedAt));
    expect((await farm.readJob(job.id)).view.job).toMatchObject({
      status: 'CANCELLED',
      output: 'none',
    });

    // The slot is free at once: the next job starts sooner than a worker polls.
    const { view } = await farm.until(next.id, 'COMPLETED');
    const startedAfterMs =
      (view.job.startedAt?.getTime() ?? 0) - Date.parse(receipt.confirmedAt ?? '');
    expect(startedAfterMs).toBeLessThan(3500);
  });

  test('a second cancel returns the first receipt', async () => {
    const job = await startRender();
    const first = await farm.cancel(job.id, '', { reason: 'first' });
    expectInTime(first.receipt, GRACE_MS);
    expect(await farm.cancel(job.id, '', { reason: 'second' })).toEqual(first);
  });

  test('KILL ends a tree that ignores TERM, and its helper in another session', async () => {
    const job = await startRender({ misbehave: ['ignores-term', 'escapes'] });
    const { receipt } = await farm.cancel(job.id, '?waitMs=20000');
    expectDelivered(receipt);
    expect(await farm.processes(job.attempt.id)).toEqual([]);
    expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [] });
    expect(receipt.processes.filter(({ name }) => name === 'AfterFX')).toMatchObject([
      { endedBy: 'SIGKILL' },
    ]);
    expect(receipt.processes.filter(({ name }) => name === 'AfterFX helper')).toHaveLength(1);
    expect(receipt.timeToDeadMs).toBeGreaterThan(2900);
  });

  test('a second cancel ends the grace period', async () => {
    await farm.startWorker('slow', { RENDERDECK_STOP_GRACE_MS: '600000' });
    const other = await startRender();
    const job = await startRender({ misbehave: 'ignores-term' });
    const ignoring = job.attempt.host === 'slow' ? job : other;
    await farm.cancel((ignoring === job ? other : job).id);
    expect(ignoring.attempt.host).toBe('slow');

    expect(await farm.cancel(ignoring.id, '?waitMs=0')).toMatchObject({
      status: 202,
      receipt: { outcome: 'cancelling' },
    });
    await waitFor(async () => (await farm.readJob(ignoring.id)).view.receipt?.deliveredAt, {
      what: 'the stop to be delivered',
    });
    const { receipt } = await farm.cancel(ignoring.id, '?waitMs=20000');
    expect(receipt).toMatchObject({ outcome: 'cancelled' });
    expectDelivered(receipt);
    expect(await farm.processes(ignoring.attempt.id)).toEqual([]);
  });

  test('a job cancelled during its start never runs; times count from the request', async () => {
    const hold = await holdWrite(farm.database.url, 'tree');
    const job = await farm.submit();
    await hold.untilHeld();
    const cancelled = farm.cancel(job.id, '?waitMs=20000');
    await farm.until(job.id, 'CANCELLING');
    await hold.lose(); // the daemon tries again after 100 ms
    const { receipt } = await cancelled;
    expect(receipt).toMatchObject({ outcome: 'cancelled', output: 'none', survivors: [] });
    expect((await farm.readJob(job.id)).attempts).toMatchObject([{ phase: 'preparing' }]);
    const deadAt = Math.max(...receipt.processes.map(({ endedAt }) => Date.parse(endedAt ?? '')));
    expect(receipt.askToProofMs).toBeGreaterThanOrEqual(
      deadAt - Date.parse(receipt.requestedAt) - 20,
    );
  });
});
