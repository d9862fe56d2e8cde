import { expect } from 'vitest';
import {
  getReceiptOutput,
  jobSchema,
  listJobChangesOutput,
  nexrenderJobSchema,
} from '../../src/index.ts';
import { ADA, type Promises, refusalOf, SAM, UNKNOWN_ID } from './fixture.ts';

const SECRET = 'hunter2-again';

export const runAgain: Promises = {
  async 'a job runs again as a new one, linked both ways; no answer has its secrets'({
    audit,
    list,
    port,
    submit,
  }) {
    const source = await submit('Intro', 70, {
      assets: [{ type: 'image', layerName: 'a', src: 'https://x.example/a.png', apiKey: SECRET }],
    });
    const again = await port.resubmitJob(ADA, { id: source.id });
    expect(jobSchema.parse(again.job)).toMatchObject({
      name: 'Intro',
      priority: 70,
      status: 'QUEUED',
      position: 2,
      submittedBy: 'ada',
      rerunOf: source.id,
    });
    const answers = [
      again,
      await port.getJob(ADA, { id: again.job.id }),
      await port.getJob(ADA, { id: source.id }),
      await list(),
      await port.listJobChanges(ADA, { id: source.id, limit: 10 }),
      await audit({}),
    ];
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    expect(answers[1]).toMatchObject({ nexrenderJob: { assets: [{ apiKey: '•••' }] } });
    expect(answers[2]).toMatchObject({ job: { rerunBy: [again.job.id], rerunOf: null } });
    expect(await audit({ action: 'resubmitJob' })).toMatchObject([
      { outcome: 'done', jobId: again.job.id, after: { rerunOf: source.id, priority: 70 } },
    ]);
  },

  async 'an edited copy links both ways, and keeps secrets where it is as it was'({
    audit,
    port,
    submit,
  }) {
    const asset = { type: 'image', layerName: 'a', src: 'https://x.example/a.png', apiKey: SECRET };
    const source = await submit('Intro', 70, { assets: [asset] });
    const { nexrenderJob } = await port.getJob(ADA, { id: source.id });
    const shown = nexrenderJobSchema.parse(nexrenderJob);
    const edited = { ...shown, template: { ...shown.template, composition: 'spring' } };
    const asked = { job: edited, priority: 40, rerunOf: source.id };
    const { job } = await port.submitJob(ADA, { ...asked, name: 'Edited' });
    expect(jobSchema.parse(job)).toMatchObject({ rerunOf: source.id, priority: 40 });
    const answers = [
      await port.getJob(ADA, { id: job.id }),
      await port.getJob(ADA, { id: source.id }),
      await audit({ action: 'submitJob' }),
    ];
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    const hidden = [{ path: ['assets', 0, 'apiKey'] }];
    expect(answers[0]).toMatchObject({ hidden, nexrenderJob: { assets: [{ apiKey: '•••' }] } });
    expect(answers[1]).toMatchObject({ job: { rerunBy: [job.id], rerunOf: null } });
    expect(answers[2]).toMatchObject([{ jobId: job.id, after: { rerunOf: source.id } }, {}]);
    const moved = { ...edited, assets: [{ ...asset, src: 'https://evil.example', apiKey: '•••' }] };
    expect(await refusalOf(port.submitJob(ADA, { ...asked, job: moved }))).toMatchObject({
      code: 'job_refused',
      facts: { fields: [{ field: 'assets[0].apiKey' }] },
    });
    expect(await refusalOf(port.submitJob(SAM, asked))).toMatchObject({ code: 'not_your_job' });
    const nobody = { ...asked, rerunOf: UNKNOWN_ID };
    expect(await refusalOf(port.submitJob(ADA, nobody))).toMatchObject({ code: 'job_not_found' });
  },

  async 'a submitter runs only its own jobs again; a repeated key gives the first'({
    port,
    submit,
  }) {
    const { id } = await submit('of ada');
    expect(await refusalOf(port.resubmitJob(SAM, { id }))).toMatchObject({
      code: 'not_your_job',
      status: 403,
    });
    const first = await port.resubmitJob(ADA, { id, idempotencyKey: 'again' });
    expect(await port.resubmitJob(ADA, { id, idempotencyKey: 'again' })).toEqual(first);
    const other = port.resubmitJob(ADA, { id, idempotencyKey: 'again', priority: 1 });
    expect(await refusalOf(other)).toMatchObject({ code: 'idempotency_key_reused' });
  },

  async 'a chosen uid is one job; another submission with it is refused'({ audit, port }) {
    const job = nexrenderJobSchema.parse({
      template: { src: 'file:///a.aep', composition: 'main' },
      uid: 'order-17',
    });
    const asked = { name: 'Intro', priority: 50, job, uid: 'order-17' };
    const { id } = (await port.submitJob(SAM, asked)).job;
    expect((await port.submitJob(ADA, asked)).job).toMatchObject({ id, submittedBy: 'sam' });
    const other = port.submitJob(SAM, { ...asked, priority: 40 });
    expect(await refusalOf(other)).toMatchObject({
      code: 'uid_taken',
      status: 409,
      facts: { jobId: id },
    });
    expect(await refusalOf(port.submitJob(SAM, { ...asked, uid: id }))).toMatchObject({
      code: 'uid_taken',
    });
    expect(await port.findJobOfUid('order-17')).toBe(id);
    expect(await port.findJobOfUid('order-18')).toBeNull();
    expect(await port.getJob(ADA, { id })).toMatchObject({ uid: 'order-17' });
    expect(await audit({ action: 'submitJob' })).toMatchObject([
      { outcome: 'noop', actor: { name: 'ada' }, jobId: id },
      { outcome: 'done', actor: { name: 'sam' }, jobId: id },
    ]);
  },

  async 'a job that runs again can take over the uid, once'({ audit, port, submit }) {
    const job = nexrenderJobSchema.parse({
      template: { src: 'file:///a.aep', composition: 'main' },
    });
    const asked = { name: 'Intro', priority: 50, job, uid: 'order-17' };
    const first = (await port.submitJob(ADA, asked)).job.id;
    const again = (await port.resubmitJob(ADA, { id: first, takeUid: true })).job.id;
    expect((await port.resubmitJob(ADA, { id: first, takeUid: true })).job.id).toBe(again);
    const third = (await port.resubmitJob(ADA, { id: again, takeUid: true })).job.id;
    for (const uid of ['order-17', first, again]) expect(await port.findJobOfUid(uid)).toBe(third);
    expect((await port.submitJob(ADA, asked)).job.id).toBe(third);
    const uids = [first, again, third].map(async (id) => (await port.getJob(ADA, { id })).uid);
    expect(await Promise.all(uids)).toEqual([null, null, 'order-17']);
    expect((await audit({ action: 'resubmitJob' })).map(({ outcome }) => outcome)).toEqual([
      'done',
      'noop',
      'done',
    ]);
    const plain = await submit('plain');
    const rerun = (await port.resubmitJob(ADA, { id: plain.id, takeUid: true })).job.id;
    expect(await port.findJobOfUid(plain.id)).toBe(rerun);
    expect(await port.getJob(ADA, { id: rerun })).toMatchObject({ uid: plain.id });
  },

  async 'a token, or another user, with the name of the submitter does not own the job'({ port }) {
    const job = nexrenderJobSchema.parse({
      template: { src: 'file:///a.aep', composition: 'main' },
    });
    const { id } = (await port.submitJob(SAM, { name: 'of sam', priority: 50, job })).job;
    for (const actor of [
      { kind: 'token', id: UNKNOWN_ID, name: 'sam', role: 'submitter' },
      { kind: 'user', id: UNKNOWN_ID, name: 'sam', role: 'submitter' },
    ] as const)
      expect(await refusalOf(port.resubmitJob({ ...SAM, actor }, { id }))).toMatchObject({
        code: 'not_your_job',
        facts: { submittedBy: 'sam' },
      });
    expect((await port.resubmitJob(SAM, { id })).job).toMatchObject({ submittedBy: 'sam' });
  },

  async 'the changes of a job have their actor and go from status to status'({
    cancel,
    port,
    submit,
  }) {
    const { id } = await submit('Intro', 40);
    await port.setPriority(ADA, { id, priority: 60 });
    await cancel(id);
    const { changes, nextCursor } = await port.listJobChanges(ADA, { id, limit: 2 });
    const rest = await port.listJobChanges(ADA, { id, limit: 2, cursor: nextCursor ?? '' });
    const all = [...changes, ...rest.changes];
    expect(listJobChangesOutput.parse({ changes: all, nextCursor: rest.nextCursor })).toMatchObject(
      {
        changes: [
          { event: 'submit', statusAfter: 'QUEUED' },
          { event: 'setPriority', actor: 'ada', priorityBefore: 40, priorityAfter: 60 },
          { event: 'cancelQueued', statusBefore: 'QUEUED', statusAfter: 'CANCELLED' },
        ],
        nextCursor: null,
      },
    );
  },

  async 'a receipt is found by its number, and gains what is known later'({
    cancel,
    host,
    port,
    run,
  }) {
    const id = await run();
    const { receipt } = await cancel(id, 0, 'typo');
    const { number } = receipt;
    const found = getReceiptOutput.parse(await port.getReceipt(ADA, { number }));
    expect(found).toMatchObject({ number, job: { id, receipt: { outcome: 'cancelling' } } });
    await host.acknowledge(id);
    expect(await port.getReceipt(ADA, { number })).toMatchObject({
      job: { receipt: { number, outcome: 'cancelled' } },
    });
    expect(await refusalOf(port.getReceipt(ADA, { number: 999_999 }))).toMatchObject({
      code: 'receipt_not_found',
      status: 404,
    });
    expect(await port.listReasons(ADA)).toEqual({ reasons: ['typo'] });
    const { attempts } = await port.getJob(ADA, { id });
    expect(attempts[0]).toMatchObject({
      stop: {
        proof: 'kernel',
        processes: expect.arrayContaining([expect.objectContaining({ pid: 4100 })]),
      },
      removal: { leftovers: [] },
    });
  },
};
