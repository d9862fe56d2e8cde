/*
 * The times in a receipt, end to end. The tests read processes from /proc and the time from the
 * database.
 */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { farmInWay, findWays } from './farm/ways-to-database.ts';
import { holdWrite } from './hold-write.ts';

const LONG = { frames: 6000, frameMs: 20 } as const;

describe.each(await findWays())('$name', ({ way }) => {
  const farm = farmInWay(way, { RENDERDECK_LEASE_MS: '300000' });

  async function databaseTime(): Promise<Date> {
    const [row] = await farm.sql<{ now: Date }[]>`select clock_timestamp() as now`;
    return row?.now ?? new Date(0);
  }

  async function startRender() {
    const job = await farm.submit({ project: LONG });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    return { ...job, attempt };
  }

  test('the end of a job is when its processes died, even if the report comes later', async () => {
    const worker = await farm.startWorker('one');
    const job = await startRender();
    const hold = await holdWrite(farm.database.url, 'stop_report');
    const cancelled = farm.cancel(job.id, '?waitMs=60000');
    await hold.untilHeld();
    expect(await farm.processes(job.attempt.id)).toEqual([]);
    expect(existsSync(job.attempt.scratchPath ?? '')).toBe(false);
    const processesGoneBy = await databaseTime();
    await hold.lose(); // the daemon sends its report again
    const { receipt } = await cancelled;
    const { view, attempts } = await farm.readJob(job.id);
    const endedAt = view.job.endedAt?.getTime() ?? Number.POSITIVE_INFINITY;
    expect(endedAt).toBeLessThanOrEqual(processesGoneBy.getTime());
    expect(endedAt).toBeGreaterThan(Date.parse(receipt.requestedAt));
    expect(attempts[0]?.endedAt?.getTime()).toBe(endedAt);
    expect(Date.parse(receipt.deadAt ?? '')).toBe(endedAt);
    expect(Date.parse(receipt.confirmedAt ?? '')).toBeGreaterThan(processesGoneBy.getTime());
    expect(receipt.askToProofMs).toBe(
      Date.parse(receipt.confirmedAt ?? '') - Date.parse(receipt.requestedAt),
    );
    expect(receipt.timeToDeadMs).toBeLessThan(receipt.askToProofMs ?? 0);
    await worker.end();
  });

  test('the proof of an orphan counts from the cancel and delivers the stop request', async () => {
    const worker = await farm.startWorker('one');
    const job = await startRender();
    await worker.kill();
    const before = await databaseTime();
    const asked = await farm.cancel(job.id, '?waitMs=0');
    expect(asked.receipt).toMatchObject({ outcome: 'cancelling', deliveredAt: null });
    const next = await farm.startWorker('one');
    await farm.until(job.id, 'CANCELLED');
    expect(await farm.processes(job.attempt.id)).toEqual([]);
    const { receipt } = await farm.cancel(job.id);
    expect(receipt).toMatchObject({
      outcome: 'cancelled',
      deliveredWithProof: true,
      deliveredAt: receipt.confirmedAt,
    });
    const proven = Date.parse(receipt.confirmedAt ?? '');
    expect(proven).toBeGreaterThan(before.getTime());
    expect(receipt.askToProofMs).toBe(proven - Date.parse(receipt.requestedAt));
    // The new daemon had to start first, and the host's time to dead begins after that.
    expect(receipt.timeToDeadMs).toBeLessThan(receipt.askToProofMs ?? 0);
    await next.end();
  });
});
