import { expect } from 'vitest';
import { jobSchema } from '../../src/index.ts';
import { ADA, codeOf, JOB, type Promises, refusalOf, UNKNOWN_ID } from './fixture.ts';

export const jobs: Promises = {
  async 'a submitted job is the last of its priority and leaves an audit entry'({ audit, submit }) {
    const [low, high, same] = [
      await submit('low', 10),
      await submit('high', 90),
      await submit('same', 10),
    ];
    expect([low.position, high.position, same.position]).toEqual([1, 1, 3]);
    expect(jobSchema.parse(same)).toMatchObject({
      name: 'same',
      status: 'QUEUED',
      version: 1,
      submittedBy: 'ada',
      attempt: null,
      receipt: null,
    });
    expect(await audit({ jobId: same.id })).toMatchObject([
      {
        actor: { kind: 'user', name: 'ada' },
        channel: 'trpc',
        address: '10.0.0.1',
        requestId: 'req-7',
        action: 'submitJob',
        outcome: 'done',
      },
    ]);
  },

  async 'a repeated idempotency key returns the first job, with another input a 409'({
    audit,
    list,
    port,
  }) {
    const input = {
      name: 'Once',
      priority: 50,
      job: JOB,
    };
    const first = await port.submitJob(ADA, { ...input, idempotencyKey: 'once-1' });
    const again = await port.submitJob(ADA, { ...input, idempotencyKey: 'once-1' });
    // The answer to a new job does not say when it will start.
    expect(first.job.estimate).toBeNull();
    expect({ ...again, job: { ...again.job, estimate: null } }).toEqual(first);
    expect(
      await refusalOf(port.submitJob(ADA, { ...input, priority: 51, idempotencyKey: 'once-1' })),
    ).toMatchObject({
      code: 'idempotency_key_reused',
      status: 409,
      facts: { jobId: first.job.id },
    });
    expect((await port.submitJob(ADA, { ...input, idempotencyKey: 'once-2' })).job.id).not.toBe(
      first.job.id,
    );
    expect((await list()).jobs).toHaveLength(2);
    expect((await audit({ jobId: first.job.id })).map(({ outcome }) => outcome)).toEqual([
      'noop',
      'done',
    ]);
  },

  async 'the list shows running jobs, then the queue in order, then ended jobs'({
    cancel,
    list,
    run,
    submit,
  }) {
    const id = await run();
    const over = await submit('over');
    await cancel(over.id);
    const [second, first] = [await submit('second', 20), await submit('first', 30)];
    const { jobs, counts, nextCursor } = await list();
    expect(jobs.map((job) => [job.name, job.status, job.position])).toEqual([
      ['Runs', 'RENDERING', null],
      ['first', 'QUEUED', 1],
      ['second', 'QUEUED', 2],
      ['over', 'CANCELLED', null],
    ]);
    expect(counts).toEqual({
      ...{ rendering: 1, cancelling: 0, queued: 2, unconfirmed: 0, open: 0 },
      byStatus: {
        ...{ QUEUED: 2, RENDERING: 1, CANCELLING: 0 },
        ...{ CANCELLED: 1, COMPLETED: 0, FAILED: 0 },
      },
    });
    expect(nextCursor).toBeNull();
    expect((await list({ status: 'QUEUED' })).jobs.map((job) => job.id)).toEqual([
      first.id,
      second.id,
    ]);
    expect((await list({ show: 'active' })).jobs).toHaveLength(3);
    expect((await list({ show: 'ended' })).jobs.map((job) => job.id)).toEqual([over.id]);
    await cancel(id, 0);
    expect((await list()).counts).toMatchObject({ rendering: 0, cancelling: 1 });
  },

  async 'a job shows its attempts and its nexrender job without secrets'({ host, port, submit }) {
    const { id } = await submit('secret', 100, {
      assets: [
        {
          type: 'image',
          layerName: 'logo',
          src: 'https://user:hunter2@x.example/a.png',
          password: 'hunter2',
        },
      ],
    });
    const shown = await port.getJob(ADA, { id });
    expect(shown).toMatchObject({ job: { id }, attempts: [], hostLastHeardAt: null });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(JSON.stringify(shown.nexrenderJob)).toContain('•••');
    await host.claim();
    await host.progress(id, 40);
    expect(await port.getJob(ADA, { id })).toMatchObject({
      job: { status: 'RENDERING', progress: 40, attempt: 1, host: 'render-01' },
      attempts: [{ number: 1, host: 'render-01', progress: 40, output: 'none', endedAt: null }],
    });
  },

  async 'every call with an unknown id is refused with job_not_found'({ cancel, port }) {
    const calls = [
      () => port.getJob(ADA, { id: UNKNOWN_ID }),
      () => cancel(UNKNOWN_ID),
      () => port.setPriority(ADA, { id: UNKNOWN_ID, priority: 1 }),
      () => port.previewPriority(ADA, { id: UNKNOWN_ID, priority: 1, skip: 0, limit: 5 }),
      () => port.getAttemptLog(ADA, { id: UNKNOWN_ID, limit: 10 }),
      () => port.listJobChanges(ADA, { id: UNKNOWN_ID, limit: 10 }),
      () => port.resubmitJob(ADA, { id: UNKNOWN_ID }),
    ];
    for (const call of calls) expect(await codeOf(call())).toBe('job_not_found');
  },
};
