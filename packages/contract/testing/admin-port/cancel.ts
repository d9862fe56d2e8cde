import { expect } from 'vitest';
import { cancelReceiptSchema, describeStop } from '../../src/index.ts';
import { ADA, codeOf, type Promises } from './fixture.ts';

export const cancel: Promises = {
  async 'a queued job is cancelled at once: no process ever ran'({ audit, cancel, port, submit }) {
    const { id } = await submit('waits');
    const behind = await submit('behind');
    const { job, receipt } = await cancel(id, 10_000, 'not needed');
    expect(job).toMatchObject({ status: 'CANCELLED', position: null });
    expect(cancelReceiptSchema.parse(receipt)).toMatchObject({
      outcome: 'cancelled',
      output: 'none',
      requestedBy: 'ada',
      channel: 'trpc',
      reason: 'not needed',
      host: null,
      proof: 'noProcess',
      processes: [],
      timeToDeadMs: 0,
      askToProofMs: 0,
    });
    expect((await port.getJob(ADA, { id: behind.id })).job.position).toBe(1);
    expect(await audit({ action: 'cancelJob' })).toMatchObject([
      {
        outcome: 'done',
        jobId: id,
        reason: 'not needed',
        before: { status: 'QUEUED' },
        after: { status: 'CANCELLED', receipt: expect.any(Number) },
      },
    ]);
  },

  async 'a running job is cancelled with proof; a second cancel returns that receipt'({
    outcomesOf,
    cancel,
    host,
    run,
  }) {
    const id = await run();
    const first = await cancel(id, 0, 'first');
    expect(first).toMatchObject({
      job: { status: 'CANCELLING' },
      receipt: {
        outcome: 'cancelling',
        reason: 'first',
        host: 'render-01',
        proof: null,
        confirmedAt: null,
      },
    });
    const again = cancel(id, 20_000, 'second');
    await host.acknowledge(id);
    const { job, receipt } = await again;
    expect(job).toMatchObject({ status: 'CANCELLED', receipt });
    expect(receipt).toMatchObject({
      outcome: 'cancelled',
      output: 'none',
      reason: 'first',
      proof: 'kernel',
      survivors: [],
      requestedAt: first.receipt.requestedAt,
    });
    expect(receipt.processes[0]).toMatchObject({
      pid: 4100,
      name: 'nexrender',
      endedBy: 'SIGTERM',
    });
    expect((await cancel(id)).receipt).toEqual(receipt);
    expect(await outcomesOf('cancelJob')).toEqual(['noop', 'noop', 'done']);
  },

  async 'a client that goes away does not wait'({ host, port, run }) {
    const id = await run();
    const gone = new AbortController();
    const asked = port.cancelJob(ADA, { id, waitMs: 60_000, signal: gone.signal });
    await expect.poll(async () => (await port.getJob(ADA, { id })).job.status).toBe('CANCELLING');
    gone.abort();
    await asked.catch(() => null);
    await host.acknowledge(id);
  },

  async 'past the publish gate the receipt says that output may be published'({
    cancel,
    host,
    run,
  }) {
    const id = await run();
    await host.passGate(id);
    expect((await cancel(id, 0)).receipt).toMatchObject({
      outcome: 'cancelling',
      output: 'maybe',
    });
    await host.finishFirst(id);
    expect(await cancel(id)).toMatchObject({
      job: { status: 'COMPLETED' },
      receipt: { outcome: 'finishedFirst', output: 'published' },
    });
  },

  async 'a stop that came too late is not proven while an earlier attempt may run'({
    audit,
    cancel,
    host,
    run,
  }) {
    const id = await run();
    await host.lose(id);
    expect(await host.claim()).toBe(id);
    await host.passGate(id);
    await cancel(id, 0);
    await host.finishFirst(id);
    const { receipt } = await cancel(id, 0);
    expect(receipt).toMatchObject({
      outcome: 'finishedFirst',
      openAttempts: [{ number: 1, host: 'render-01' }],
      proof: null,
      confirmedAt: null,
    });
    expect(describeStop(receipt, Date.now()).isSettled).toBe(false);
    expect(await audit({ result: 'notProven' })).toMatchObject([{ jobId: id, outcome: 'done' }]);
    expect(await audit({ action: 'cancelJob', result: 'done' })).toMatchObject([
      { jobId: id, outcome: 'noop' },
    ]);
  },

  async 'an ended job is not cancelled: 409, and its failure stays'({ cancel, host, port, run }) {
    const done = await run('done');
    await host.complete(done);
    const broken = await run('broken');
    await host.fail(broken, 'No comp was found');
    for (const id of [done, broken]) expect(await codeOf(cancel(id))).toBe('job_already_ended');
    expect((await port.getJob(ADA, { id: broken })).job).toMatchObject({
      status: 'FAILED',
      failure: 'No comp was found',
      receipt: null,
    });
  },
};
